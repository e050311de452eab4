/** Puts messages into envelopes for one box, and sends them. */
import type { Down } from '../../wire/down.ts';
import { sealDown } from '../../wire/envelope.ts';
import { topic } from '../../wire/topics.ts';
import type { FleetBox } from '../store/box-rows.ts';
import type { FleetContext } from './fleet-context.ts';

/** Resolves when the broker has it. @throws Fault when it has not */
export async function sendSealed(
  fleet: FleetContext,
  box: Pick<FleetBox, 'id' | 'seal'>,
  key: string | null,
  message: Down,
): Promise<void> {
  const ring = fleet.ring();
  // The box believes the key that it has pinned, and no other.
  const identity = (key === null ? null : ring.get(key)) ?? ring.newest;
  if (identity === null) return;
  await fleet.publish(topic(box.id, 'down'), sealDown(message, { box: box.id, seal: box.seal }, identity));
}
