/** What the relay gives an auditor of a box: judged by what `smartbox events verify` judges with. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retainAccount } from '../../../src/relay/domain/retention.ts';
import { eventRoutes } from '../../../src/relay/http/api/routes/events.ts';
import { type Verification, verifyLines } from '../../../src/wire/verify.ts';
import { onBothStores, type StoreSource } from '../stores.ts';
import { Rig } from './rig.ts';

const dayMs = 86_400_000;

async function exported(rig: Rig, query: object): Promise<readonly string[]> {
  const [route] = eventRoutes;
  assert.ok(route?.lines !== undefined);
  const context = { tx: rig.house.store.db, account: 'main' } as unknown as Parameters<typeof route.lines>[0];
  const call = { query: { limit: 50, ...query } } as unknown as Parameters<typeof route.lines>[1];
  const lines: string[] = [];
  for await (const line of route.lines(context, call)) lines.push(line);
  return lines;
}

const said = (verification: Verification): string =>
  verification.ok
    ? verification.parts.map(({ from, to, range }) => `${from}-${to}${range ? ' range' : ''}`).join(', ')
    : `${verification.word}${verification.unsigned === true ? ' unsigned' : ''}`;

async function begun(source: StoreSource) {
  const rig = await Rig.on(await source.fresh());
  const { box } = await rig.enrolled('b1');
  await rig.start();
  box.batch = 7;
  box.connect();
  await rig.until('in step', () => box.model.rev > 0);
  const told = async (count: number): Promise<void> => {
    box.model.journal.many(count);
    box.stream();
    await rig.until('its events', () => box.model.acked.seq === box.model.journal.seq);
  };
  const judged = async (more: object = {}): Promise<string> =>
    said(verifyLines(await exported(rig, { box: 'b1', ...more }), { publicKeys: [box.sign] }));
  return { rig, box, told, judged };
}

onBothStores('an export of events', source => {
  test('is whole after every batch, and from any event on; of one booking or of all boxes it claims nothing', async () => {
    const { rig, told, judged } = await begun(source);
    for (const count of [1, 6, 20, 1]) await told(count);
    assert.equal(await judged(), '1-28');
    for (const after of [1, 7, 13, 27, 28, 40])
      assert.equal(await judged({ after: String(after) }), `${Math.min(after, 28) + 1}-28 range`);
    const all = await exported(rig, {});
    assert.ok(all.length === 28 && all.every(line => !line.includes('"checkpoint"')));
    assert.deepEqual(await exported(rig, { box: 'b1', booking: 'x' }), []);
    await rig.stop();
  });

  test('of a time it is whole for just that time, and has what stands behind it up to a signature', async () => {
    const { rig, box, told, judged } = await begun(source);
    for (const count of [6, 5, 9]) await told(count);
    for (const [after, upTo] of [
      [0, 1],
      [3, 6],
      [3, 11],
      [5, 13],
      [7, 19],
      [7, 20],
    ] as const)
      assert.equal(
        await judged({ after: String(after), upTo: String(upTo) }),
        `${after + 1}-${upTo}${after > 0 ? ' range' : ''}`,
      );
    const lines = await exported(rig, { box: 'b1', after: '2', upTo: '4' });
    const seqs = lines.map(line => (JSON.parse(line) as { readonly seq?: number }).seq);
    assert.deepEqual(seqs, [3, 4, 5, 6, undefined, undefined], 'no further than the first signature');
    assert.deepEqual(await exported(rig, { box: 'b1', after: '9', upTo: '9' }), []);
    const taken = lines.toSpliced(1, 3);
    assert.equal(said(verifyLines(taken)), 'truncated');
    box.vouches = false;
    await told(3);
    assert.equal(await judged({ after: '3', upTo: '12' }), '4-12 range', 'the signature before is enough');
    assert.equal(await judged({ after: '3', upTo: '22' }), 'truncated unsigned');
    for (const wrong of [
      { upTo: '3' },
      { box: 'b1', upTo: '3', order: 'oldest' },
      { box: 'b1', booking: 'x', upTo: '3' },
    ])
      await assert.rejects(exported(rig, wrong), /upTo/);
    await rig.stop();
  });

  test('a long one is whole too, and of its checkpoints the relay keeps a bounded number', async () => {
    const { rig, told, judged } = await begun(source);
    for (let round = 0; round < 8; round += 1) await told(70);
    assert.equal(await judged(), '1-560');
    const kept = await rig.house.store.db.selectFrom('event_checkpoint').select('seq').execute();
    assert.ok(kept.length <= 61, String(kept.length));
    await rig.stop();
  });

  test('once the relay forgets what is old it is a range, and no checkpoint outlives its events', async () => {
    const { rig, told, judged } = await begun(source);
    await told(12);
    await rig.pass(3 * dayMs);
    await told(5);
    await rig.house.act(({ tx }) =>
      tx
        .updateTable('account')
        .set({ settings: JSON.stringify({ eventDays: 2 }) })
        .where('id', '=', 'main')
        .execute(),
    );
    await rig.house.act(context => retainAccount(context));
    assert.equal(await judged(), '13-17 range');
    await rig.pass(3 * dayMs);
    await rig.house.act(context => retainAccount(context));
    assert.deepEqual(await rig.house.store.db.selectFrom('event_checkpoint').select('seq').execute(), []);
    assert.deepEqual(await exported(rig, { box: 'b1' }), []);
    await rig.stop();
  });

  test('a box that came back from a copy is whole in two parts', async () => {
    const { rig, box, told, judged } = await begun(source);
    await told(9);
    box.model.restore(5);
    box.model.journal.many(4);
    box.say(box.model.hello());
    await rig.until('a new epoch', () => box.model.acked.epoch > 1);
    await told(3);
    const { seq } = box.model.journal;
    assert.equal(await judged(), `1-9, 6-${seq}`);
    assert.equal(await judged({ after: '9' }), `10-${seq} range`);
    assert.equal(await judged({ upTo: '7' }), '1-9, 6-7');
    await rig.stop();
  });

  test('of an older program it says so; from its update on, or back, it says what is true', async () => {
    const { rig, box, told, judged } = await begun(source);
    box.vouches = false;
    await told(8);
    assert.equal(await judged(), 'truncated unsigned');
    assert.equal(await judged({ after: '8' }), 'truncated unsigned');
    box.vouches = true;
    await told(3);
    assert.equal(await judged(), '1-11', 'by the chain the box vouches for what it told before');
    box.vouches = false;
    await told(1);
    assert.equal(await judged(), 'truncated unsigned');
    await rig.stop();
  });

  test('a checkpoint that does not fit is left off, and the events are taken', async () => {
    const { rig, box, told, judged } = await begun(source);
    const spoilt: readonly ((line: string) => string)[] = [
      () => 'x',
      () => '{"type":"checkpoint"}',
      line => line.replace('"count":', '"count":1'),
      line => line.replace(/"sig":"../, '"sig":"00'),
      line => line.replace(/"sig":"/, '"sig":"g'),
      line => line.replace('{', '{ '),
      line => line.replace('"box":"depot-a"', '"box":"depot-b"'),
      line => line.replace(/"from":\d+/, '"from":2'),
    ];
    for (const spoil of spoilt) {
      box.spoil = spoil;
      await told(2);
      assert.equal(await judged(), 'truncated unsigned', String(spoil));
    }
    box.spoil = line => line;
    await told(1);
    assert.equal(await judged(), '1-17');
    await rig.stop();
  });
});
