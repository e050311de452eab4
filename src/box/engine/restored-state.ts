import { restore } from '../core/durable.ts';
import type { Site } from '../core/initial.ts';
import { keyDefinitions } from '../core/key-definitions.ts';
import type { BoxState } from '../core/model.ts';
import type { Loaded, Store } from '../ports.ts';

/** A run begins with this. */
interface RestoredState extends Pick<Loaded, 'recovered' | 'lost' | 'secretsLost'> {
  readonly state: BoxState;
}

/** The state a run begins with: what the configuration says there is, with what the file remembers of it. */
export function restoredState(site: Omit<Site, 'keys'>, store: Pick<Store, 'load' | 'keys'>): RestoredState {
  const loaded = store.load();
  const ids = site.slots.map(slot => slot.id);
  const keys = keyDefinitions(ids, store.keys.all());
  const { recovered, lost, secretsLost } = loaded;
  return { state: restore({ ...site, keys }, loaded), recovered, lost, secretsLost };
}
