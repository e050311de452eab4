import { never } from '../../base/assert.ts';
import type { KeyName } from '../../base/brand.ts';
import { sayClock } from './clock.ts';
import { type Draft, journal, keyOf, setSlot, slotOf } from './draft.ts';
import type { SlotSource, Source } from './flapping-state.ts';
import { sayPort, sayPower, sayStorage } from './health.ts';
import { settle } from './sensors.ts';

/**
 * Reports changes that were only counted so far, in the words of their source, and always how it is now: the last word that was told of a line or
 * a port is the true one. A count of 0: the source has come to rest.
 */
export function tellFlapping(draft: Draft, source: Source, count: number): void {
  const { health, said } = draft.state;
  const counted = count > 0 ? { count } : {};
  switch (source.of) {
    case 'door':
    case 'presence':
      tellSlot(draft, source, count);
      return;
    case 'tamper':
      if (count > 0) journal(draft, { type: 'tamper', count });
      return;
    case 'power-low':
      if (count > 0 || said.powerLow !== health.powerLow) sayPower(draft, counted);
      return;
    case 'clock':
      // A start sees how the clock is, and counts that too: without a change the last word is the true one.
      if (count > 0) sayClock(draft, counted);
      return;
    case 'storage':
      // The count of a storage-good is of events that were dropped.
      if (count > 0) sayStorage(draft, 'flapping');
      return;
    case 'start':
      return;
    case 'tag':
      if (count > 0) tellTag(draft, source.key, count);
      return;
    case 'port': {
      const { device } = source;
      const told = said.lost.includes(device);
      if (count > 0 || told !== health.lost.includes(device)) sayPort(draft, device, counted);
      return;
    }
    default:
      never(source);
  }
}

/** Nobody stands there who opens a door: the key is where it is believed, and its tag is near the reader. */
function tellTag(draft: Draft, key: KeyName, count: number): void {
  const place = keyOf(draft.state, key)?.place;
  const slot = place?.at === 'slot' ? place.slot : null;
  journal(draft, { type: 'custody-mismatch', slot, key, by: 'tag', reason: 'tag-outside', count });
}

function tellSlot(draft: Draft, { of, slot: id }: SlotSource, count: number): void {
  if (count > 0) {
    setSlot(draft, id, { doorSuspect: true });
    journal(draft, { type: 'sensor-suspect', slot: id, reason: 'flapping', count });
  }
  if (of === 'presence') settle(draft, id);
  else if (count === 0) tellDoor(draft, id);
}

/** Reports of the door from the time in which it was believed may be over, or others may be due since. */
function tellDoor(draft: Draft, id: SlotSource['slot']): void {
  const { door, opening, heldReported } = slotOf(draft.state, id);
  if (opening !== null) return;
  if (door === 'shut') journal(draft, { type: 'door-shut', slot: id });
  else if (heldReported) journal(draft, { type: 'door-held', slot: id });
}
