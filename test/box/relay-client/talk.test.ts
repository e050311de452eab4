import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Identity, noon } from '../../../scripts/rig/relay-end.ts';
import type { Down } from '../../../src/wire/down.ts';
import { keyId } from '../../../src/wire/relay-key.ts';
import type { Events, Up } from '../../../src/wire/up.ts';
import { code, met, order } from './met.ts';
import type { UplinkRig } from './rig.ts';

const batches = (said: readonly Up[]): readonly Events[] =>
  said.flatMap(each => (each.kind === 'events' ? [each] : []));

const numbers = (said: readonly Up[]): readonly number[] =>
  batches(said).flatMap(({ lines }) => lines.map(line => JSON.parse(line).seq as number));

const late = (rig: UplinkRig, challenge: string): Down => {
  rig.time.advance(31_000);
  return rig.relay.vouch(challenge);
};

describe('vouching', () => {
  test('an answer to a fresh challenge makes the sync age 0 and the clock synced', async t => {
    const rig = await met(t);
    const { challenge } = await rig.saysLast('hello');
    assert.ok(challenge);
    assert.equal(rig.state.sync.vouchedAt, null);
    await rig.hears(rig.relay.vouch(challenge, noon + 5_000));
    assert.equal(rig.state.clock.level, 'synced');
    const { vouchedAt } = rig.state.sync;
    assert.ok(vouchedAt !== null && Math.abs(vouchedAt - (noon + 5_000)) < 100);
  });

  const worthless: readonly (readonly [string, (rig: UplinkRig, challenge: string) => Down])[] = [
    ['a challenge that was never sent', rig => rig.relay.vouch('f'.repeat(32))],
    ['too late an answer', late],
  ];
  for (const [name, of] of worthless) {
    test(`${name} vouches for nothing`, async t => {
      const rig = await met(t);
      const { challenge } = await rig.saysLast('hello');
      await rig.hears(of(rig, challenge ?? ''));
      assert.equal(rig.state.sync.vouchedAt, null);
      assert.equal(rig.state.clock.synced, false);
    });
  }

  test('the same answer a second time is a copy', async t => {
    const rig = await met(t);
    const { challenge } = await rig.saysLast('hello');
    const vouch = rig.relay.seal(rig.relay.vouch(challenge ?? ''));
    await rig.link.receive(vouch);
    const { vouchedAt } = rig.state.sync;
    rig.time.advance(20_000);
    await rig.link.receive(vouch);
    assert.equal(rig.state.sync.vouchedAt, vouchedAt);
  });

  test('a newer revision is asked for, and the time that was said counts all the same', async t => {
    const rig = await met(t);
    const { challenge } = await rig.saysLast('hello');
    rig.relay.change([], ['b-1']);
    await rig.hears(rig.relay.vouch(challenge ?? ''));
    assert.equal(rig.state.sync.vouchedAt, null);
    assert.equal(rig.state.clock.synced, true);
    assert.equal((await rig.saysLast('receipt')).wants, 'delta');
  });

  test('a relay that does not answer is greeted again, less and less often; then each 5 minutes', async t => {
    const rig = await met(t);
    const hellos = async (minutes: number): Promise<number> =>
      (await rig.says(minutes * 60_000)).filter(({ kind }) => kind === 'hello').length;
    assert.equal(await hellos(0.25), 1);
    assert.equal(await hellos(2), 2);
    const later = await hellos(30);
    assert.ok(later >= 6 && later <= 9, `${later} in half an hour`);
    let said = await rig.says(1_000);
    while (said.length === 0) said = await rig.says(1_000);
    const challenge = said[0]?.kind === 'hello' ? said[0].challenge : null;
    await rig.hears(rig.relay.vouch(challenge ?? ''));
    assert.equal(await hellos(7), 0);
    const receipt = (await rig.says(300_000)).find(({ kind }) => kind === 'receipt');
    assert.ok(receipt?.kind === 'receipt' && receipt.challenge !== null);
  });
});

describe('events', () => {
  test('none before the relay has said what it has; then all, in order, a window at a time', async t => {
    const rig = await met(t);
    for (let n = 0; n < 400; n += 1) rig.loop.report({ type: 'config-changed' });
    assert.deepEqual(numbers(await rig.says()), []);
    await rig.hears({ kind: 'ack', boxEpoch: 1, seq: 0 });
    const first = await rig.says();
    assert.deepEqual(
      numbers(first),
      Array.from({ length: 256 }, (_, at) => at + 1),
    );
    assert.deepEqual(
      batches(first).map(({ live, follows }) => [live, follows.seq]),
      [
        [true, 0],
        [false, 64],
        [false, 128],
        [false, 192],
      ],
    );
    await rig.hears({ kind: 'ack', boxEpoch: 1, seq: 128 });
    assert.deepEqual(
      numbers(await rig.says()),
      Array.from({ length: 128 }, (_, at) => at + 257),
    );
    const { seq } = rig.store.journal.last();
    await rig.hears({ kind: 'ack', boxEpoch: 1, seq });
    await rig.says();
    assert.equal(rig.uplink?.state.waiting, 0);
    rig.loop.report({ type: 'config-changed' });
    const live = batches(await rig.says());
    assert.deepEqual([live[0]?.live, live[0]?.lines.length], [true, 1]);
  });

  test('an acknowledgement that goes back sends all again from there', async t => {
    const rig = await met(t);
    for (let n = 0; n < 20; n += 1) rig.loop.report({ type: 'config-changed' });
    const { seq } = rig.store.journal.last();
    await rig.hears({ kind: 'ack', boxEpoch: 1, seq });
    assert.deepEqual(numbers(await rig.says()), []);
    await rig.hears({ kind: 'ack', boxEpoch: 1, seq: seq - 3 });
    assert.deepEqual(numbers(await rig.says()), [seq - 2, seq - 1, seq]);
  });

  test('what was not acknowledged goes again, also on the next connection', async t => {
    const rig = await met(t);
    await rig.hears({ kind: 'ack', boxEpoch: 1, seq: 0 });
    const all = numbers(await rig.says());
    assert.ok(all.length > 0);
    assert.deepEqual(numbers(await rig.says(31_000)), all);
    rig.link.lose();
    rig.link.connect();
    assert.deepEqual(numbers(await rig.says()), []);
    await rig.hears({ kind: 'ack', boxEpoch: 1, seq: 0 });
    assert.deepEqual(numbers(await rig.says()).slice(0, all.length), all);
  });

  test('a broker that stalls holds up no key, and nothing piles up', async t => {
    const rig = await met(t);
    await rig.hears({ kind: 'ack', boxEpoch: 1, seq: 0 });
    await rig.says();
    rig.link.stalled = true;
    for (let n = 0; n < 2_000; n += 1) rig.loop.report({ type: 'config-changed' });
    assert.equal(rig.types(code)?.type, 'granted');
    assert.equal(rig.pulses, 1);
    await rig.says(1_000);
    assert.ok(rig.link.said.length <= 5, `${rig.link.said.length} messages`);
  });
});

describe('the relay’s key', () => {
  test('hands over: the old one says nothing any more, and the new one is remembered', async t => {
    const rig = await met(t);
    const [old, next] = [rig.relay.identity, new Identity()];
    await rig.hears({ kind: 'keys', chain: [old.handsOverTo(next.key)] });
    rig.relay.identity = next;
    rig.relay.believes(old);
    assert.deepEqual(rig.handedOver, [next.key]);
    await rig.hears({ kind: 'ack', boxEpoch: 1, seq: 0 });
    assert.ok(numbers(await rig.says()).length > 0);
    rig.link.said.length = 0;
    await rig.link.receive(rig.relay.seal({ kind: 'keys', chain: [old.handsOverTo(next.key)] }, old));
    const said = (await rig.says()).map(({ kind }) => kind);
    assert.deepEqual([said, rig.events.at(-1)?.type === 'message-rejected'], [['receipt'], false]);
    await rig.link.receive(rig.relay.seal(order(), old));
    assert.deepEqual([rig.events.at(-1)?.type, rig.pulses], ['message-rejected', 0]);
    await rig.reboot();
    rig.link.connect();
    assert.equal((await rig.saysLast('hello')).relayKey, keyId(next.key));
  });

  test('a handover that the pinned key has not signed is none', async t => {
    const rig = await met(t);
    const [other, next] = [new Identity(), new Identity()];
    const { from } = rig.relay.identity.handsOverTo(next.key);
    await rig.hears({ kind: 'keys', chain: [{ ...other.handsOverTo(next.key), from }] });
    assert.equal(rig.events.at(-1)?.reason, 'bad-handover');
    assert.deepEqual(rig.handedOver, []);
  });
});
