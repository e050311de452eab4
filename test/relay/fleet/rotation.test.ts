/** The relay's key changes under 50 boxes: each is led to it, or asks to be enrolled again. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { silent } from '../../../src/base/log.ts';
import { createBooking } from '../../../src/relay/domain/bookings.ts';
import { identities, rotateIdentity } from '../../../src/relay/domain/identity.ts';
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

test('50 boxes, one of them dark the whole time, one restored, one of a relay that is no more', async () => {
  const store = await openSqliteStore({ file: join(folder, 'relay.db'), log: silent });
  const rig = await Rig.on(store, 3);
  const made: Awaited<ReturnType<Rig['enrolled']>>[] = [];
  for (let at = 0; at < boxes; at += 1) made.push(await rig.enrolled(`b${at}`, 1));
  const live = made.map(({ box }) => box);
  const [dark, back, lost] = [live[7], live[23], live[41]] as [WireBox, WireBox, WireBox];
  await rig.start();
  for (const box of live) {
    box.batch = 16;
    box.model.journal.many(4);
    box.connect();
  }
  await rig.until('in step', () => live.every(({ model }) => model.rev > 0 && model.acked.seq === 4));
  await dark.vanish();
  for (let turn = 0; turn < 3; turn += 1) await rotate(rig);
  const then = back.pinned;
  await back.vanish();
  await lost.vanish();
  let said = 0;
  rig.broker.pass = topic => {
    said += 1;
    return !topic.endsWith('/down') || said % 5 > 0;
  };
  let newest = then;
  for (let turn = 3; turn < rotations; turn += 1) newest = await rotate(rig);
  for (const { keys } of made)
    await rig.house.act(context =>
      createBooking(context, {
        key: keys[0] ?? '',
        start: rig.house.nowMs,
        end: rig.house.nowMs + hourMs,
      }),
    );
  restored(back, then, 2);
  restored(lost, newIdentityKeys(bytes => rig.house.random(bytes)).key, 4);
  back.connect();
  lost.connect();
  await rig.pass(1_000);
  dark.connect();
  const others = live.filter(box => box !== lost);
  const led = (): boolean =>
    others.every(({ pinned, model }) => keyId(pinned) === keyId(newest) && model.set.size === 2);
  // The relay believes for 20 minutes that a box that it has heard is under a key that it knows, whoever says otherwise.
  for (let round = 0; round < 42; round += 1) {
    await rig.pass(31_000);
    if (round === 20) assert.ok(led(), 'within ten minutes');
    if (round === 3) rig.broker.pass = () => true;
    // What a box does by itself when an answer stays away.
    for (const box of live) box.say(box.model.receipt('delta'));
    await rig.quiet();
  }
  const rows = await store.db.selectFrom('box').select(['id', 'pinned', 'known_rev', 'revision']).execute();
  for (const { id, pinned, known_rev, revision } of rows)
    if (id !== lost.id) assert.deepEqual([id, pinned, known_rev], [id, keyId(newest), revision]);
  assert.deepEqual(
    await store.db
      .selectFrom('problem')
      .select(['kind', 'subject'])
      .where('cleared', 'is', null)
      .where('kind', '=', 're-enrol')
      .execute(),
    [{ kind: 're-enrol', subject: lost.id }],
  );
  for (const { id, model } of others) {
    const lines = await store.db
      .selectFrom('event')
      .select('line')
      .where('box', '=', id)
      .orderBy('number')
      .execute();
    const told = new Set(lines.map(({ line }) => line));
    assert.equal(told.size, lines.length);
    for (const { line } of model.journal.all) assert.ok(told.has(line), `${id}: ${line}`);
  }
  const kit = await identities(store.db, rig.house.atRest);
  assert.equal(kit.length, rotations + 1);
  await rig.stop();
  await store.close();
});
