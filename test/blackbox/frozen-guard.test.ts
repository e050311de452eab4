/** The process that switches locks off in the daemon's place may be there and do nothing: no coil is on under such a guard. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rig } from '../../scripts/rig/box-rig.ts';
import { pause, until } from '../../scripts/rig/until.ts';
import { onBox, today, types } from './box.ts';

const codes = ['40718253', '92560814'] as const;

async function guardOf(rig: Rig): Promise<number> {
  let pid: number | null = null;
  await until('a guard', () => {
    pid = rig.guardPid();
    return pid !== null;
  });
  return pid ?? 0;
}

test('a guard that is frozen is replaced before a lock moves, and stops no driver', {
  timeout: 120_000,
}, async t => {
  // A full second: long enough to see whether the daemon's end ends it.
  const rig = await onBox(t, { slots: 2, pulseMs: 1_000 });
  await rig.book(...codes.map((code, at) => ({ code, slot: at + 1, ...today() })));
  await t.test('a code is served under the next one', async () => {
    const frozen = await guardOf(rig);
    process.kill(frozen, 'SIGSTOP');
    await pause(300);
    rig.type(`${codes[0]}#`);
    await rig.lines.powered(1);
    assert.notEqual(await guardOf(rig), frozen);
    await rig.lines.released(1, 5_000);
    rig.lines.door(1, 'open');
    await rig.sees('door-opened', 1);
    rig.lines.key(1, 'out');
    await rig.sees('key-taken', 1);
    rig.lines.door(1, 'shut');
    await rig.sees('door-closed', 1);
    const told = (await rig.events()).filter(({ slot }) => slot === 1);
    assert.deepEqual(types(told), ['granted', 'pulsed', 'door-opened', 'key-taken', 'door-closed']);
  });
  await t.test('the daemon killed as the lock rises leaves no coil on', async () => {
    const frozen = await guardOf(rig);
    process.kill(frozen, 'SIGSTOP');
    await pause(300);
    rig.type(`${codes[1]}#`);
    await rig.lines.powered(2);
    const stopped = rig.stop('SIGKILL');
    await rig.lines.released(2, 5_000);
    await stopped;
    await until('no frozen guard', () => !isThere(frozen));
  });
});

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
