import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Rig } from '../../scripts/rig/box-rig.ts';
import { watchLag } from '../lag.ts';
import { code, onBox, today, types } from './box.ts';

test('a driver takes a key and brings it back; an auditor can prove it', { timeout: 60_000 }, async t => {
  const rig = await onBox(t, { slots: 2, display: true });
  await rig.book({ id: 'b-1', code, slot: 1, ...today() });
  await t.test('digits and # power the lock, for a bounded time', () => opens(rig));
  await t.test('the key goes, and the journal tells it in order', () => takes(rig));
  await t.test('the same code brings the key back, and is then denied: used', () => returns(rig));
  await t.test('no code is anywhere in what the box wrote', () => keepsSecrets(rig));
  await t.test('the export verifies, and every way to falsify it is named', () => verifies(rig));
});

async function opens(rig: Rig): Promise<void> {
  const lag = watchLag();
  const typedAt = Date.now();
  rig.type(`${code}#`);
  const poweredAt = await rig.lines.powered(1);
  const pulseMs = (await rig.lines.released(1)) - poweredAt;
  const lateMs = 3 * lag();
  assert.ok(
    poweredAt - typedAt < 1_000 + lateMs,
    `${poweredAt - typedAt} ms after the last key, ${lateMs} late`,
  );
  // The kernel stamps what is written to some milliseconds. None: a busy machine has not looked before its end.
  const isPulse = pulseMs > 290 && pulseMs < 300 + 50 + lateMs;
  assert.ok(isPulse || pulseMs === 0, `a pulse of ${pulseMs} ms, on a machine ${lateMs} ms late`);
  assert.equal(rig.lines.lock(2), 0);
}

async function takes(rig: Rig): Promise<void> {
  rig.lines.door(1, 'open');
  await rig.sees('door-opened', 1);
  rig.lines.key(1, 'out');
  await rig.sees('key-taken', 1);
  rig.lines.door(1, 'shut');
  await rig.sees('door-closed', 1);
  const ofSlot = (await rig.events()).filter(event => event.slot === 1);
  assert.deepEqual(types(ofSlot), ['granted', 'pulsed', 'door-opened', 'key-taken', 'door-closed']);
  assert.deepEqual(new Set(ofSlot.map(event => event.booking)), new Set(['b-1']));
  assert.equal(ofSlot[0]?.for, 'take');
  assert.equal(ofSlot[3]?.proof, 'sensor');
}

async function returns(rig: Rig): Promise<void> {
  rig.type(`${code}#`);
  await rig.lines.powered(1);
  rig.lines.door(1, 'open');
  await rig.lines.released(1);
  rig.lines.key(1, 'in');
  assert.equal((await rig.sees('key-returned', 1)).proof, 'sensor');
  rig.lines.door(1, 'shut');
  await rig.sees('door-closed', 1);
  rig.type(`${code}#`);
  assert.equal((await rig.sees('denied')).reason, 'used');
  assert.equal(rig.lines.lock(1), 0);
}

const exported = (rig: Rig): Promise<string> => rig.must(['events', 'export', '--format', 'jsonl']);

async function keepsSecrets(rig: Rig): Promise<void> {
  assert.ok(!(await exported(rig)).includes(code) && !rig.daemon.stderr.includes(code));
}

async function verifies(rig: Rig): Promise<void> {
  const text = await exported(rig);
  const lines = text.split('\n');
  const swapped = lines.with(2, lines[3] ?? '').with(3, lines[2] ?? '');
  const plain = await verify(rig, text);
  assert.equal(plain.exit, 0, plain.said);
  for (const [changed, word] of [
    [text.replace('"slot":1', '"slot":2'), /edited/i],
    [lines.toSpliced(3, 1).join('\n'), /\bcut\b/i],
    [swapped.join('\n'), /re-?ordered/i],
    [`${lines.slice(0, -3).join('\n')}\n`, /truncated/i],
  ] as const) {
    const { exit, said } = await verify(rig, changed);
    assert.equal(exit, 1, said);
    assert.match(said, word);
  }
}

async function verify(rig: Rig, text: string): Promise<{ exit: number | null; said: string }> {
  const file = join(rig.dir, 'export.jsonl');
  writeFileSync(file, text);
  const { code: exit, stdout, stderr } = await rig.cli(['events', 'verify', file]);
  return { exit, said: stdout + stderr };
}
