/** A real box and a small relay: enrolled, synced, driven, held apart, and let go. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Rig } from '../../scripts/rig/box-rig.ts';
import { bookingRecord, Identity, keyRecord } from '../../scripts/rig/relay-end.ts';
import { SmallRelay } from '../../scripts/rig/small-relay.ts';
import { until } from '../../scripts/rig/until.ts';
import type { CommandMessage } from '../../src/wire/down.ts';
import type { StatusReport } from '../../src/wire/report.ts';
import { code, onBox } from './box.ts';

const window = () => ({ start: Date.now() - 3_600_000, end: Date.now() + 3_600_000 });
const van = () => [keyRecord('van', 1), bookingRecord('b-1', 'van', { code, ...window() })];
const rssMaxKiB = 100 * 1024;

const rssKiB = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

const statusOf = async (rig: Rig): Promise<StatusReport> =>
  JSON.parse((await rig.cli(['status', '--json'])).stdout) as StatusReport;

test('enrolled, a booking from the relay, the key out and back, the events with the relay', {
  timeout: 110_000,
}, async t => {
  const relay = await SmallRelay.open(t);
  const rig = await onBox(t, { slots: 2 });
  const claim = relay.desk.claim();
  const said = await rig.must(['enroll', '--relay', relay.desk.url, '--claim', '-'], claim);
  assert.match(said, /enrolled as yard-1/);
  assert.equal(statSync(join(rig.data, 'relay.json')).mode & 0o777, 0o600);
  // What is sent before the box has subscribed is lost, and this relay says nothing twice.
  await until('its first hello', () => relay.said.some(({ kind }) => kind === 'hello'));
  relay.sends(van());
  await until('the receipt of the whole set', () => relay.proven !== undefined);
  await until('the relay’s vouch', async () => (await statusOf(rig)).sync.ageS !== null);
  const { sync, clock } = await statusOf(rig);
  assert.deepEqual([sync.enrolled, sync.link, sync.revision, clock], [true, 'up', 1, 'synced']);

  rig.type(`${code}#`);
  await rig.lines.powered(1);
  await until('the grant at the relay', () => relay.events.some(({ type }) => type === 'granted'));
  const local = await rig.events();
  await until('all events at the relay', () => relay.events.length >= local.length);
  assert.deepEqual(relay.events.slice(0, local.length), local);

  const { code: refused, stderr } = await rig.cli(['bookings', 'import', '-'], '[]');
  assert.equal(refused, 1, stderr);
  assert.match(await rig.must(['doctor', '--json']).catch(String), /reached/);
  // Sources cost the memory of their compiler too.
  if (process.env.SMARTBOX_DIST !== undefined)
    await until('its memory at rest', () => rssKiB(rig.pid) < rssMaxKiB, 20_000);

  await losesItsSigningKey(rig, relay);
  await rig.stop('SIGKILL');
  await until('the last will', () => relay.states.at(-1)?.includes('"lost"') ?? false);
  await rig.start();
  const before = relay.said.length;
  await until('its hello', () => relay.said.slice(before).some(({ kind }) => kind === 'hello'));

  const { stdout } = await rig.cli(['unenroll', '--why', 'sold']);
  assert.match(stdout, /alone/);
  assert.equal((await statusOf(rig)).sync.enrolled, false);
  await until('its goodbye', () => relay.states.at(-1)?.includes('"stopped"') ?? false);
});

/** Deleted and put back: meanwhile doctor says that the relay believes nothing. */
async function losesItsSigningKey(rig: Rig, relay: SmallRelay): Promise<void> {
  const signing = join(rig.data, 'signing.key');
  const key = readFileSync(signing);
  await rig.stop();
  rmSync(signing);
  await rig.start();
  assert.match(
    (await rig.cli(['doctor'])).stdout,
    /BAD +the relay believes nothing that this box says.*\n +Put signing.key back/,
  );
  await rig.stop();
  writeFileSync(signing, key);
  const then = relay.said.length;
  await rig.start();
  await until('that it is believed again', () => relay.said.slice(then).some(({ kind }) => kind === 'hello'));
  assert.doesNotMatch((await rig.cli(['doctor'])).stdout, /believes nothing/);
}

test('garbage, another key and an old revision on every topic change nothing', {
  timeout: 110_000,
}, async t => {
  const relay = await SmallRelay.open(t);
  const rig = await onBox(t, { slots: 2 });
  await rig.must(['enroll', '--relay', relay.desk.url, '--claim', relay.desk.claim()]);
  // What is sent before the box has subscribed is lost, and this relay says nothing twice.
  await until('its first hello', () => relay.said.some(({ kind }) => kind === 'hello'));
  relay.sends(van());
  await until('the receipt of the whole set', () => relay.proven !== undefined);
  const { end } = relay;
  const old = end.seal(end.delta(0));
  relay.sends([bookingRecord('b-1', 'van', { code: '93027164', ...window() })]);
  await until('the receipt of the change', () => relay.proven?.rev === 2);
  const command: CommandMessage = {
    ...{ kind: 'command', id: 'c-1', notAfter: Date.now() + 60_000, challenge: null, who: 'eve', why: 'x' },
    order: { verb: 'open', slot: 2 },
  };
  await relay.say(Buffer.from('\0\xff'));
  await relay.say(end.seal(command, new Identity()));
  await relay.say(old);
  await relay.say(Buffer.alloc(60_000, 0x61));
  await until('message-rejected at the relay', () =>
    relay.events.some(({ type }) => type === 'message-rejected'),
  );
  assert.equal((await statusOf(rig)).sync.revision, 2);
  rig.type(`${code}#`);
  await until('a denial', () => relay.events.some(({ type }) => type === 'denied'));
  rig.type('93027164#');
  await rig.lines.powered(1);
  assert.equal(
    relay.events.some(({ who }) => who === 'eve'),
    false,
  );
  await relay.say(end.seal(command));
  await rig.lines.powered(2);
});
