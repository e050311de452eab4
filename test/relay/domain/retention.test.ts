/** What the relay forgets by itself: in pieces, so that nobody waits long for the database, and in the end all of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeAccount } from '../../../src/relay/domain/accounts.ts';
import { retainAccount, retainRelay } from '../../../src/relay/domain/retention.ts';
import { pieceMax } from '../../../src/relay/store/delete-piece.ts';
import { onBothStores } from '../stores.ts';
import { type House, hourMs, houseOn } from './house.ts';

const rows = 2 * pieceMax + 7;
const dayMs = 24 * hourMs;

const left = (house: House, table: 'idempotency' | 'audit' | 'event_checkpoint'): Promise<number> =>
  house.act(async ({ tx }) => (await tx.selectFrom(table).selectAll().execute()).length);

/** Until nothing is left to do: how often it was asked. */
async function runs(once: () => Promise<boolean>): Promise<number> {
  let count = 1;
  while (await once()) count += 1;
  return count;
}

onBothStores('what is forgotten', source => {
  test('keys of requests, a piece at a time, and none that is young', async () => {
    const house = await houseOn(await source.fresh());
    await house.act(async ({ tx, account, now }) => {
      for (let at = 0; at <= rows; at += 1)
        await tx
          .insertInto('idempotency')
          .values({
            ...{ account, key: `k-${at}`, request: 'r', status: 200, body: '' },
            created: at === rows ? now : now - 2 * dayMs,
          })
          .execute();
    });
    assert.equal(await runs(() => house.store.write(tx => retainRelay(tx, house.nowMs))), 3);
    assert.equal(await left(house, 'idempotency'), 1);
  });

  test('the audit of an account, by what its settings say', async () => {
    const house = await houseOn(await source.fresh());
    const before = await left(house, 'audit');
    await house.act(async ({ tx, account, now }) => {
      for (let at = 0; at < rows; at += 1)
        await tx
          .insertInto('audit')
          .values({
            ...{ id: `a-${at}`, account, at: now - 4_000 * dayMs, who: 'w', what: 'x', subject: 's' },
            detail: null,
          })
          .execute();
    });
    assert.equal(await runs(() => house.act(retainAccount)), 3);
    assert.equal(await left(house, 'audit'), before);
  });

  test('what boxes have signed of events that are gone', async () => {
    const house = await houseOn(await source.fresh());
    await house.act(async context => {
      await changeAccount(context, { settings: { eventDays: 30 } });
      for (let ring = 0; ring <= rows; ring += 1)
        await context.tx
          .insertInto('event_checkpoint')
          .values({
            ...{ box: 'b', enrolment: 1, epoch: 1, ring, account: context.account, seq: ring, from: 0 },
            ...{ line: '{}', stored: ring === rows ? context.now : context.now - 40 * dayMs },
          })
          .execute();
    });
    assert.equal(await runs(() => house.act(retainAccount)), 3);
    assert.equal(await left(house, 'event_checkpoint'), 1);
  });
});
