/** The relay's key changes under 50 boxes: each is led to it, or asks to be enrolled again. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { silent } from '../../../src/base/log.ts';
import { createBooking } from '../../../src/relay/domain/bookings.ts';
import { rotateIdentity } from '../../../src/relay/domain/identity.ts';
import { newIdentityKeys } from '../../../src/relay/secrets/identity-keys.ts';
import { openSqliteStore } from '../../../src/relay/store/sqlite.ts';
import { handoversMax, keyId, type RelayKey } from '../../../src/wire/relay-key.ts';
import { hourMs } from '../domain/house.ts';
import { Rig } from './rig.ts';
import type { WireBox } from './wire-box.ts';

const folder = mkdtempSync(join(tmpdir(), 'smartbox-rotation-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const boxes = 50;
/** So many that the dark box is led over in more than one message. */
const rotations = handoversMax + 2;

async function rotate(rig: Rig): Promise<RelayKey> {
  const { key } = await rig.house.act(rotateIdentity);
  await rig.fleet?.checkRing();
  await rig.quiet();
  return key;
}

/** A backup of before, on another card: what it pinned then, and events that the relay has others of. */
function restored(box: WireBox, pinned: RelayKey, seq: number): void {
  box.pinned = pinned;
  box.before = null;
  box.model.relayKey = keyId(pinned);
  box.model.restore(seq);
}

/** Fifty boxes in step, each with four events. */
async function fleet(): Promise<{ readonly rig: Rig; readonly keys: readonly string[] }> {
  const store = await openSqliteStore({ file: join(folder, 'relay.db'), log: silent });
  const rig = await Rig.on(store, 3);
  const keys: string[] = [];
  for (let at = 0; at < boxes; at += 1) keys.push(...(await rig.enrolled(`b${at}`, 1)).keys);
  await rig.start();
  for (const box of rig.boxes) {
    box.batch = 16;
    box.model.journal.many(4);
    box.connect();
  }
  await rig.until('in step', () => rig.boxes.every(({ model }) => model.rev > 0 && model.acked.seq === 4));
  return { rig, keys };
}

/** Of what the relay says some is lost, to any box. */
function loseSome(rig: Rig): void {
  let said = 0;
  rig.broker.pass = topic => {
    said += 1;
    return !topic.endsWith('/down') || said % 5 > 0;
  };
}

const book = (rig: Rig, key: string) =>
  rig.house.act(context => {
    const { nowMs: start } = rig.house;
    return createBooking(context, { key, start, end: start + hourMs });
  });

const isLed = ({ pinned, model }: WireBox, to: RelayKey): boolean =>
  keyId(pinned) === keyId(to) && model.set.size === 2;

async function eventsAreThere(rig: Rig, { id, model }: WireBox): Promise<void> {
  const { db } = rig.house.store;
  const rows = await db.selectFrom('event').select('line').where('box', '=', id).execute();
  const told = new Set(rows.map(({ line }) => line));
  assert.equal(told.size, rows.length);
  for (const { line } of model.journal.all) assert.ok(told.has(line), `${id}: ${line}`);
}

test('50 boxes, one of them dark the whole time, one restored, one of a relay that is no more', async () => {
  const { rig, keys } = await fleet();
  const [dark, back, lost] = [rig.boxes[7], rig.boxes[23], rig.boxes[41]] as [WireBox, WireBox, WireBox];
  const others = rig.boxes.filter(box => box !== lost);
  await dark.vanish();
  for (let turn = 0; turn < 3; turn += 1) await rotate(rig);
  const then = back.pinned;
  await back.vanish();
  await lost.vanish();
  loseSome(rig);
  let newest = then;
  for (let turn = 3; turn < rotations; turn += 1) newest = await rotate(rig);
  for (const key of keys) await book(rig, key);
  restored(back, then, 2);
  restored(lost, newIdentityKeys(rig.house.random).key, 4);
  back.connect();
  lost.connect();
  await rig.pass(1_000);
  dark.connect();
  // The relay believes for 20 minutes that a box that it has heard is under a key that it knows, whoever says otherwise.
  for (let round = 0; round < 42; round += 1) {
    await rig.pass(31_000);
    if (round === 3) rig.broker.pass = () => true;
    // What a box does by itself when an answer stays away.
    for (const box of rig.boxes) box.say(box.model.receipt('delta'));
    await rig.quiet();
    if (round === 20) assert.ok(others.every(box => isLed(box, newest)));
  }
  const { db } = rig.house.store;
  for (const row of await db.selectFrom('box').selectAll().where('id', '!=', lost.id).execute())
    assert.deepEqual([row.id, row.pinned, row.known_rev], [row.id, keyId(newest), row.revision]);
  const problems = db.selectFrom('problem').select(['kind', 'subject']).where('cleared', 'is', null);
  assert.deepEqual(await problems.where('kind', '=', 're-enrol').execute(), [
    { kind: 're-enrol', subject: lost.id },
  ]);
  for (const box of others) await eventsAreThere(rig, box);
  await rig.stop();
  await rig.house.store.close();
});
