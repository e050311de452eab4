import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pause } from '../../scripts/rig/until.ts';
import { code, onBox, today } from './box.ts';

const [second, third] = ['70935824', '58240713'];

test('half a minute after the last wrong code a queue of right ones goes through, whatever readers invent meanwhile', {
  timeout: 120_000,
}, async t => {
  const rig = await onBox(t);
  const bookings = [code, second, third].map((each, at) => ({ code: each, slot: at + 1, ...today() }));
  await rig.book(...bookings);
  for (const wrong of ['11223345', '22334456', '33445567', '44556678', '55667789']) {
    rig.type(`${wrong}#`);
    await pause(300);
  }
  const lockedAt = performance.now();
  await rig.sees('lockout');
  for (let n = 0; performance.now() < lockedAt + 29_000; n += 1) {
    rig.tap(`0B000000${String(n % 90).padStart(2, '0')}`);
    if (n % 4 === 0) rig.type(`${code}#`);
    if (n % 5 === 0) rig.tap('0C00000001');
    await pause(500);
  }
  assert.deepEqual(
    [1, 2, 3].map(slot => rig.lines.lock(slot)),
    [0, 0, 0],
  );
  await pause(lockedAt + 31_500 - performance.now());
  for (const [at, each] of [code, second, third].entries()) {
    rig.type(`${each}#`);
    await rig.lines.powered(at + 1);
    await rig.lines.released(at + 1);
  }
});
