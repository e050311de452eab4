import type { SlotReport } from '../wire/report.ts';
import { plain, table } from './table.ts';

export const slotTable = (slots: readonly SlotReport[]): string =>
  table(
    ['SLOT', 'DOOR', 'SENSED', 'KEY', 'NOW', 'FAULTS'],
    slots.map(({ slot, door, presence, key, opening, faults }) => [
      String(slot),
      door,
      presence === 'none' ? '-' : presence,
      plain(key ?? '-'),
      opening === null ? '-' : `${opening.for}, ${opening.phase}`,
      faults.length === 0 ? '-' : faults.join(', '),
    ]),
  );
