/** Keys that waited in the kernel while the daemon stood still cannot be dated: who typed them may have left (rules.md 3). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rig } from '../../scripts/rig/box-rig.ts';
import { pause } from '../../scripts/rig/until.ts';
import { onBox, today } from './box.ts';
import { Shown } from './shown.ts';

/** The first key's own tag: it opens for a return while that key is out. */
const tag = '0100BC614E';
const codes = ['40718253', '92560814', '70935824'] as const;

async function stopped(rig: Rig, ms: number, meanwhile: () => void): Promise<void> {
  rig.daemon.child.kill('SIGSTOP');
  try {
    await pause(200);
    meanwhile();
    await pause(ms);
  } finally {
    rig.daemon.child.kill('SIGCONT');
  }
}

async function moves(rig: Rig, slot: number, key: 'in' | 'out'): Promise<void> {
  await rig.lines.powered(slot);
  rig.lines.door(slot, 'open');
  await rig.sees('door-opened', slot);
  rig.lines.key(slot, key);
  await rig.sees(key === 'out' ? 'key-taken' : 'key-returned', slot);
  rig.lines.door(slot, 'shut');
  await rig.sees('door-closed', slot);
  await rig.lines.released(slot, 5_000);
}

test('what was typed or tapped while the box stood still', { timeout: 180_000 }, async t => {
  const rig = await onBox(t);
  await rig.must(['keys', 'import', '-'], JSON.stringify([{ name: 'slot-1', slot: 1, tag }]));
  await rig.book(...codes.map((code, at) => ({ code, slot: at + 1, ...today() })));
  const shown = new Shown(rig);
  t.after(() => shown.end());
  await shown.reads(/./);
  /** Told to begin again, with no lock moved, no event, and nothing counted as a wrong entry. */
  const beginsAgain = async (slot: number, waits: () => void): Promise<void> => {
    const before = await rig.events();
    await stopped(rig, 11_000, waits);
    await shown.reads(/begin again/i);
    await pause(500);
    assert.equal(rig.lines.lock(slot), 0);
    assert.deepEqual(await rig.events(), before);
  };
  await t.test('a code of too long ago opens for nobody; typed anew it does', async () => {
    await beginsAgain(1, () => rig.type(`${codes[0]}#`));
    rig.type(`${codes[0]}#`);
    await moves(rig, 1, 'out');
  });
  await t.test('so does a tag', async () => {
    await beginsAgain(1, () => rig.tap(tag));
    rig.tap(tag);
    await moves(rig, 1, 'in');
  });
  await t.test('the first half before and the rest long after make no entry', async () => {
    rig.type(codes[1].slice(0, 4));
    await pause(500);
    await beginsAgain(2, () => rig.type(`${codes[1].slice(4)}#`));
  });
  await t.test('what was typed a moment ago opens', async () => {
    await stopped(rig, 4_000, () => rig.type(`${codes[2]}#`));
    await moves(rig, 3, 'out');
  });
});
