/** Every content of a booking that the relay has read for a box, sent or not. */
import type { BookingRow } from '../../src/box/ports.ts';
import type { BookingRecord } from '../../src/wire/records.ts';
import type { BoxNode } from './box-node.ts';

export class Sent {
  readonly #all = new Map<string, readonly BookingRecord[]>();

  note(box: string, record: BookingRecord): void {
    const name = `${box} ${record.id}`;
    this.#all.set(name, [...(this.#all.get(name) ?? []), record]);
  }

  /** While a key is out only the window follows a change: that may be of another record than key and code. */
  has({ id, life }: BoxNode, row: BookingRow): boolean {
    const all = this.#all.get(`${id} ${row.id}`) ?? [];
    const coded = all.some(({ key, code }) => {
      const print = code === null ? null : life?.vault.fingerprint('code', code);
      return key === row.key && print === row.code;
    });
    return coded && all.some(({ start, end }) => start === row.start && end === row.end);
  }
}
