import { keyDefinitions } from './bookings/key-definitions.ts';
import type { BoxConfig } from './config.ts';
import { restore } from './core/durable.ts';
import type { BoxState } from './core/model.ts';
import type { Store } from './ports.ts';

/** The state a run begins with: what the configuration says there is, with what the file remembers of it. */
export function remembered(
  config: BoxConfig,
  store: Store,
): { readonly state: BoxState; readonly recovered: string | null; readonly lost: boolean } {
  const loaded = store.load();
  const slots = config.slots.map(({ id, lock, presence }) => ({
    id,
    pulseMs: lock.pulseMs,
    sensed: presence !== null,
  }));
  const ids = slots.map(slot => slot.id);
  const keys = keyDefinitions(ids, store.keys.all());
  const { recovered, lost } = loaded;
  return { state: restore({ rules: config.rules, slots, keys }, loaded), recovered, lost };
}
