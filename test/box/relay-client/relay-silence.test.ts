/** A broker is reached, and the relay behind it is another one, or none. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Identity } from '../../../scripts/rig/relay-end.ts';
import type { Down } from '../../../src/wire/down.ts';
import { met } from './met.ts';
import type { UplinkRig } from './rig.ts';

const troubleOf = ({ uplink }: UplinkRig): string | null => uplink?.state.trouble ?? null;
const minute = 60_000;

async function answered(rig: UplinkRig): Promise<void> {
  const { challenge } = await rig.saysLast('hello');
  await rig.hears(rig.relay.vouch(challenge ?? '', rig.time.wall()));
  assert.equal(troubleOf(rig), null);
}

async function ledOn(rig: UplinkRig): Promise<Identity> {
  const old = rig.relay.identity;
  const next = new Identity();
  await rig.hears({ kind: 'keys', chain: [old.handsOverTo(next.key)] });
  rig.relay.identity = next;
  rig.relay.believes(old);
  return old;
}

const unsupported = { kind: 'unsupported', of: 'the relay key' } as const;

test('a relay that is back at a key that has handed over is named at its first word', async t => {
  const rig = await met(t);
  await answered(rig);
  const old = await ledOn(rig);
  await rig.hears(unsupported);
  rig.link.lose();
  rig.link.connect();
  assert.equal(troubleOf(rig), null);
  await rig.link.receive(rig.relay.seal(unsupported, old));
  assert.match(troubleOf(rig) ?? '', /another key/);
  await rig.hears(unsupported);
  assert.equal(troubleOf(rig), null, 'the believed one has spoken');
});

test('a handover that comes a second time is no foreign word', async t => {
  const rig = await met(t);
  const old = rig.relay.identity;
  const keys: Down = { kind: 'keys', chain: [old.handsOverTo(new Identity().key)] };
  await rig.hears(keys);
  rig.link.lose();
  rig.link.connect();
  await rig.link.receive(rig.relay.seal(keys, old));
  assert.equal(troubleOf(rig), null);
});

test('a relay that fell silent behind a broker that stays is missed by the next question', async t => {
  const rig = await met(t);
  await answered(rig);
  await rig.says(5 * minute);
  assert.equal(troubleOf(rig), null, 'nothing was asked');
  await rig.says(10 * minute);
  assert.match(troubleOf(rig) ?? '', /answered nothing/);
  await rig.link.receive(rig.relay.seal(unsupported, new Identity()));
  assert.match(troubleOf(rig) ?? '', /another key/, 'it is there, and another');
  await rig.hears(unsupported);
  assert.equal(troubleOf(rig), null);
});

test('what a broker makes up means nothing while the relay answers', async t => {
  const rig = await met(t);
  await answered(rig);
  const forged = rig.relay.seal(unsupported, new Identity());
  for (let minutes = 0; minutes < 30; minutes += 1) {
    await rig.link.receive(forged);
    const said = await rig.says(minute);
    for (const each of said)
      if ((each.kind === 'hello' || each.kind === 'receipt') && each.challenge !== null)
        await rig.hears(rig.relay.vouch(each.challenge));
    assert.equal(troubleOf(rig), null);
  }
});
