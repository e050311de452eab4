import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { boxAtRelay, Identity, noon } from '../../../scripts/rig/relay-end.ts';
import { slotId } from '../../../src/base/brand.ts';
import { Fault } from '../../../src/base/fault.ts';
import { overlayReport } from '../../../src/box/control/report-overlay.ts';
import { type CommandMessage, type Down, rulesPatch } from '../../../src/wire/down.ts';
import { topic } from '../../../src/wire/topics.ts';
import { code, metInTime, order } from './met.ts';
import type { UplinkRig } from './rig.ts';

describe('commands', () => {
  test('open: once, with who and why in the event, and the answer said again', async t => {
    const rig = await metInTime(t);
    await rig.hears(order());
    assert.equal(rig.pulses, 1);
    const said = rig.events.slice(-2).map(({ type, by, who, for: purpose }) => ({ type, by, who, purpose }));
    assert.deepEqual(said, [
      { type: 'technician', by: 'remote', who: 'mira', purpose: undefined },
      { type: 'granted', by: 'remote', who: 'mira', purpose: 'remote' },
    ]);
    const answer = await rig.saysLast('result');
    assert.deepEqual([answer.id, answer.done, answer.slot], ['c-1', true, 2]);
    await rig.reboot();
    rig.link.connect();
    await rig.hears(order());
    assert.equal(rig.pulses, 1);
    assert.deepEqual(await rig.saysLast('result'), answer);
  });

  test('restore: a slot whose fault somebody has mended is given out again', async t => {
    const rig = await metInTime(t);
    await rig.hears(order({ order: { verb: 'restore', slot: slotId(2) } }));
    const said = rig.events.slice(-2).map(({ type, what, slot, by }) => [type, what, slot, by]);
    assert.deepEqual(said, [
      ['technician', 'restore-slot', 2, 'remote'],
      ['slot-restored', undefined, 2, undefined],
    ]);
    assert.equal((await rig.saysLast('result')).done, true);
    assert.equal(rig.pulses, 0);
  });

  const refused: readonly (readonly [string, Partial<CommandMessage>, string])[] = [
    ['too late', { notAfter: noon - 1 }, 'expired'],
    ['for next month', { notAfter: noon + 31 * 86_400_000 }, 'too-far-ahead'],
    ['for a slot that there is not', { order: { verb: 'open', slot: slotId(9) } }, 'no-such-slot'],
  ];
  for (const [name, more, reason] of refused) {
    test(`${name}: ${reason}`, async t => {
      const rig = await metInTime(t);
      await rig.hears(order(more));
      assert.deepEqual((await rig.saysLast('result')).code, reason);
      assert.equal(rig.pulses, 0);
    });
  }

  test('with a clock that is not believed only where it quotes a fresh challenge', async t => {
    const rig = await metInTime(t);
    const { challenge } = await rig.saysLast('hello');
    rig.time.setWall(noon - 86_400_000);
    rig.loop.report({ type: 'woke' });
    assert.equal(rig.state.clock.level, 'behind');
    await rig.hears(order());
    assert.equal((await rig.saysLast('result')).code, 'challenge');
    await rig.hears(order({ id: 'c-2', challenge }));
    assert.equal((await rig.saysLast('result')).done, true);
    rig.time.advance(700_000);
    await rig.hears(order({ id: 'c-3', challenge }));
    assert.equal((await rig.saysLast('result')).code, 'challenge');
  });

  test('what was refused is not done later, whoever says it again', async t => {
    const rig = await metInTime(t);
    rig.time.setWall(noon - 86_400_000);
    rig.loop.report({ type: 'woke' });
    await rig.hears(order());
    assert.equal((await rig.saysLast('result')).code, 'challenge');
    rig.time.setWall(noon);
    rig.loop.report({ type: 'woke' });
    assert.notEqual(rig.state.clock.level, 'behind');
    await rig.hears(order());
    assert.equal((await rig.saysLast('result')).code, 'challenge');
    assert.equal(rig.pulses, 0);
    await rig.hears(order({ id: 'c-2' }));
    assert.equal(rig.pulses, 1);
  });

  for (const [name, more] of [
    ['without a challenge while the clock was wrong', {}],
    ['for next month', { notAfter: noon + 31 * 86_400_000 }],
    ['too late', { notAfter: noon - 100_000_000 }],
    ['for a slot that there is not', { order: { verb: 'open', slot: slotId(9) } }],
  ] as const) {
    test(`what was refused (${name}) is answered the same after a restart`, async t => {
      const rig = await metInTime(t);
      if (name.includes('challenge')) rig.time.setWall(noon - 86_400_000);
      rig.loop.report({ type: 'woke' });
      await rig.hears(order(more));
      const answer = await rig.saysLast('result');
      assert.equal(answer.done, false);
      rig.time.setWall('notAfter' in more && more.notAfter > noon ? more.notAfter - 60_000 : noon);
      await rig.reboot();
      rig.link.connect();
      rig.loop.report({ type: 'clock-synced', synced: true });
      await rig.hears(order(more));
      assert.deepEqual(await rig.saysLast('result'), answer);
      assert.equal(rig.pulses, 0);
    });
  }

  test('what a full disk refused is remembered with the next command that it takes', async t => {
    const rig = await metInTime(t);
    const commit = rig.store.commit;
    rig.store.commit = () => {
      throw new Fault('storage-full', 'full', 'Free space.');
    };
    await rig.hears(order());
    assert.match((await rig.saysLast('result')).code ?? '', /^storage-/);
    rig.store.commit = commit;
    rig.time.advance(6_000);
    await rig.hears(order({ id: 'c-2' }));
    assert.equal(rig.pulses, 1);
    await rig.reboot();
    rig.link.connect();
    rig.loop.report({ type: 'clock-synced', synced: true });
    await rig.hears(order());
    assert.match((await rig.saysLast('result')).code ?? '', /^storage-/);
    assert.equal(rig.pulses, 1);
  });

  for (const [name, awayMs] of [
    ['over night', 9 * 3_600_000],
    ['for two minutes', 120_000],
    ['for three days', 72 * 3_600_000],
  ] as const) {
    test(`a command that was held back while the power was gone ${name} does not run by a clock that stood still`, async t => {
      const rig = await metInTime(t);
      const held = order({ notAfter: rig.time.wall() + 60_000 });
      await rig.reboot();
      rig.link.connect();
      const hello = await rig.saysLast('hello');
      assert.equal(rig.state.clock.level, 'plausible');
      await rig.hears(held);
      assert.equal((await rig.saysLast('result')).code, 'challenge');
      assert.equal(rig.pulses, 0);
      const { challenge } = hello;
      await rig.hears(order({ id: 'c-2', challenge, notAfter: noon + awayMs + 60_000 }));
      assert.equal((await rig.saysLast('result')).done, true, 'one that answers this boot does');
      assert.equal(rig.pulses, 1);
    });
  }

  test('a clock that runs ahead makes the box forget no command', async t => {
    const rig = await metInTime(t);
    await rig.hears(order());
    assert.equal(rig.pulses, 1);
    const { challenge } = await rig.saysLast('hello');
    rig.time.setWall(noon + 400 * 86_400_000);
    rig.loop.report({ type: 'clock-synced', synced: false });
    await rig.hears(order({ id: 'c-2', challenge, order: { verb: 'resync' } }));
    rig.time.setWall(noon);
    rig.loop.report({ type: 'clock-synced', synced: true });
    await rig.hears(order());
    assert.equal(rig.pulses, 1);
  });

  test('rules and texts lie over the configuration, and outlive a boot', async t => {
    const rig = await metInTime(t);
    await rig.hears(order({ order: { verb: 'rules', rules: { leadMin: 30, maxSyncAgeH: 24 } } }));
    await rig.hears(order({ id: 'c-2', order: { verb: 'texts', texts: { phone: '+31201234567' } } }));
    await rig.reboot();
    assert.equal(rig.state.rules.leadMs, 1_800_000);
    assert.equal(rig.state.rules.openWithinMs, 20_000);
    assert.deepEqual(rig.state.overlay.texts, { phone: '+31201234567' });
    rig.loop.report({ type: 'enrolled', enrolled: false, who: 'ada', why: 'sold' });
    assert.equal(rig.state.rules.leadMs, 900_000);
  });

  test('every rule can be set from afar, and is reported under its own name', async t => {
    const rules = {
      ...{ leadMin: 31, openWithinS: 21, doorHeldS: 61, doorSettleMs: 700, dueSoonMin: 16 },
      ...{ overdueGraceMin: 1, maxSyncAgeH: 24, badgeNeedsPin: false },
    };
    assert.deepEqual(Object.keys(rules), Object.keys(rulesPatch.entries));
    const rig = await metInTime(t);
    const { hasDisplay: _, ...configured } = rig.state.configured;
    for (const [at, [rule, value]] of Object.entries(rules).entries())
      await rig.hears(order({ id: `c-${at}`, order: { verb: 'rules', rules: { [rule]: value } } }));
    assert.deepEqual(overlayReport(rig.state.overlay), rules);
    assert.deepEqual(Object.keys(rig.state.overlay.rules).sort(), Object.keys(configured).sort());
    assert.equal(rig.state.rules.doorSettleMs, 700);
  });

  test('resync asks for all', async t => {
    const rig = await metInTime(t);
    await rig.hears(order({ order: { verb: 'resync' } }));
    assert.equal((await rig.saysLast('receipt')).wants, 'snapshot');
  });
});

describe('what is not the relay’s word', () => {
  const hostile: readonly (readonly [string, (rig: UplinkRig) => Uint8Array])[] = [
    ['garbage', () => Buffer.from([0, 255, 13])],
    ['JSON that is nothing', () => Buffer.from('[]')],
    ['a huge payload', () => Buffer.alloc(1_000_000, 0x20)],
    ['another key', rig => rig.relay.seal(order(), new Identity())],
    ['a byte that was changed', rig => changed(rig.relay.seal(order()))],
    [
      'a message for another box',
      rig => Buffer.from(String(rig.relay.seal(order())).replace(boxAtRelay, 'yard-2')),
    ],
  ];
  for (const [name, payload] of hostile) {
    test(`${name} changes nothing, and is said`, async t => {
      const rig = await metInTime(t);
      const before = JSON.stringify([rig.store.synced.standing(), rig.state.keys, rig.state.overlay]);
      await rig.link.receive(payload(rig));
      assert.equal(rig.events.at(-1)?.type, 'message-rejected');
      assert.equal(rig.pulses, 0);
      assert.equal(JSON.stringify([rig.store.synced.standing(), rig.state.keys, rig.state.overlay]), before);
      assert.equal(rig.types(code)?.type, 'granted');
    });
  }

  test('the relay’s own word on another topic is none', async t => {
    const rig = await metInTime(t);
    for (const lane of ['up', 'state'] as const)
      await rig.link.receive(rig.relay.seal(order()), topic(boxAtRelay, lane));
    assert.equal(rig.events.at(-1)?.reason, 'other-topic');
    assert.equal(rig.pulses, 0);
  });

  test('a flood is one event a minute, with how many there were', async t => {
    const rig = await metInTime(t);
    for (let n = 0; n < 500; n += 1) await rig.link.receive(Buffer.from('x'));
    assert.equal(rig.events.filter(({ type }) => type === 'message-rejected').length, 1);
    rig.time.advance(61_000);
    assert.equal(rig.events.findLast(({ type }) => type === 'message-rejected')?.count, 499);
  });

  test('a kind that this version does not know is answered', async t => {
    const rig = await metInTime(t);
    await rig.hears({ kind: 'poem' } as unknown as Down);
    assert.equal((await rig.saysLast('unsupported')).of, 'poem');
  });
});

/** One byte of the sealed part is another. */
function changed(payload: Uint8Array): Uint8Array {
  const bytes = Buffer.from(payload);
  const at = bytes.indexOf('"sealed":"') + 20;
  bytes[at] = bytes[at] === 0x41 ? 0x42 : 0x41;
  return bytes;
}
