/** Model boxes: they take over whole sets and prove it, unless they are dark; and tell what happens at their doors. */
import { wall } from '../../../../../src/base/brand.ts';
import { bookingsOnBox } from '../../../../../src/relay/domain/booking-facts.ts';
import { storeLinks } from '../../../../../src/relay/store/box-writes.ts';
import type { BookingRecord } from '../../../../../src/wire/records.ts';
import type { House } from '../../../domain/house.ts';

export class ModelDepot {
  readonly boxes: string[] = [];
  readonly dark = new Set<string>();
  /** By box: bookings that it has, by id. */
  readonly sets = new Map<string, ReadonlyMap<string, BookingRecord>>();
  readonly #revs = new Map<string, number>();
  readonly #house: House;
  moved = 0;

  constructor(house: House) {
    this.#house = house;
  }

  async sync(now: number): Promise<void> {
    for (const box of this.boxes) if (!this.dark.has(box)) await this.#take(box, now);
  }

  async #take(box: string, now: number): Promise<void> {
    const { store } = this.#house;
    const { revision } = await store.db
      .selectFrom('box')
      .select('revision')
      .where('id', '=', box)
      .executeTakeFirstOrThrow();
    if (this.#revs.get(box) === revision) return;
    const set = await this.#house.set(box);
    const bookings = set.put.filter(record => record.kind === 'booking');
    this.sets.set(box, new Map(bookings.map(record => [record.id, record])));
    this.#revs.set(box, set.rev);
    this.moved += 1;
    await store.write(async tx => {
      await tx
        .updateTable('box')
        .set({ known_epoch: 1, known_rev: set.rev, known_at: now, link: 'up', link_since: now })
        .where('id', '=', box)
        .execute();
      const rows = [{ box, above: 0, rev: set.rev, now }];
      await bookingsOnBox({ tx, who: 'fleet', now: wall(now) }, rows);
    });
  }

  async vanish(box: string, now: number): Promise<void> {
    this.dark.add(box);
    await this.#house.store.write(tx => storeLinks(tx, [{ box, link: 'lost', now }]));
  }

  back(box: string): void {
    this.dark.delete(box);
    this.#revs.delete(box);
  }

  /** Somebody takes a key with what the box has, or brings it back. */
  async says(box: string, type: 'key-taken' | 'key-returned', booking: string, key: string): Promise<void> {
    await this.#house.events(box, { type, booking, key, slot: 1 });
    this.moved += 1;
  }
}
