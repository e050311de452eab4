/** What one enrolled box says is written together with what others say: it must not keep theirs from being written. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bookingView } from '../../../src/relay/domain/booking-views.ts';
import { createBooking } from '../../../src/relay/domain/bookings.ts';
import type { Entry } from '../../../src/wire/journal.ts';
import { JournalWriter } from '../core/journal-lines.ts';
import { hourMs } from '../domain/house.ts';
import { onBothStores } from '../stores.ts';
import { Rig } from './rig.ts';
import type { WireBox } from './wire-box.ts';

/** Signed by the box, hashed rightly, and nothing that a database can hold. */
const poison: readonly object[] = [
  { type: 'key-returned', key: 'van 1', slot: { a: 1 } },
  { type: 'key-returned', key: 'van 1', slot: 'x' },
  { type: 'key-returned', key: 'van 1', slot: 1.5 },
  { type: 'key-taken', key: 'van\u0000', slot: 1 },
  { type: 'key-taken', key: 'van 1', slot: 1, booking: 'b\u0000' },
  { type: 'odd\u0000' },
];

function spit(box: WireBox): void {
  for (const entry of poison) {
    const journal = new JournalWriter('depot-a');
    journal.write(entry as Partial<Entry>);
    box.say({ kind: 'events', live: true, ...journal.batch(1, 1) });
  }
}

onBothStores('words that no database takes', source => {
  test('events: those of others are stored all the same, and a Problem says whose were not', async () => {
    const rig = await Rig.on(await source.fresh());
    const { box: bad } = await rig.enrolled('b1');
    const { box: good } = await rig.enrolled('b2');
    const fleet = await rig.start();
    good.batch = 1;
    bad.connect();
    good.connect();
    await rig.until('in step', () => bad.model.rev > 0 && good.model.rev > 0);
    for (let round = 0; round < 5; round += 1) {
      spit(bad);
      good.model.journal.write();
      good.stream();
      spit(bad);
    }
    await rig.until('the other’s events', () => good.model.acked.seq === 5);
    await rig.quiet();
    assert.equal(fleet.counts.storeFailures, 0);
    const problems = await rig.house.store.db.selectFrom('problem').select(['kind', 'subject']).execute();
    assert.deepEqual(problems, [{ kind: 'journal-forged', subject: 'b1' }]);
    await rig.stop();
  });

  test('words: receipts of others are kept all the same', async () => {
    const rig = await Rig.on(await source.fresh());
    const { box: bad } = await rig.enrolled('b1');
    const { box: good, keys } = await rig.enrolled('b2');
    await rig.start();
    bad.connect();
    good.connect();
    await rig.until('in step', () => bad.model.rev > 0 && good.model.rev > 0);
    const hello = { ...bad.model.hello(), label: 'a\u0000', program: '\u0000' } as never;
    const result = { kind: 'result', id: 'c\u0000', done: false, code: '\u0000', slot: null } as const;
    const made = await rig.house.act(context => {
      const window = { start: rig.house.nowMs, end: rig.house.nowMs + hourMs };
      return createBooking(context, { key: keys[0] ?? '', ...window });
    });
    for (let round = 0; round < 5; round += 1) {
      bad.say(hello);
      bad.say(result);
      await rig.pass(1_000);
    }
    await rig.until('on the box', async () => {
      const { state } = await rig.house.act(context => bookingView(context, made.id));
      return state === 'on-box';
    });
    await rig.stop();
  });
});
