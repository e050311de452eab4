/** The whole daemon on lines of a kernel; runs inside the virtual machine of vm.all.test.ts. Bounds are wide: it is emulated. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pause } from '../../../scripts/rig/until.ts';
import { today, types } from '../../blackbox/box.ts';
import { KernelBox } from './kernel-box.ts';
import { Watch } from './watch.ts';

/** One for each slot: what happens to the daemon while it opens slot 2 must not matter to slot 3. */
const codes = ['40718253', '70935824', '58203617', '81640592', '26957140'] as const;
const code = (slot: number): string => codes[slot - 1] ?? '';

// One box for all of it, since every start of a program costs seconds here.
test('a box on lines of a kernel', async t => {
  const box = await KernelBox.make(t, codes.length, 1_000);
  await box.start();
  await box.rig.book(...codes.map((code, at) => ({ id: `b-${at + 1}`, code, slot: at + 1, ...today() })));
  await t.test('the key goes and comes back by code, door and presence', () => takesAndReturns(box));
  await t.test('frozen during a pulse: the guard switches the line off', () => frozen(box));
  await t.test('killed during a pulse: the guard switches the line off, no pulse is resumed', () =>
    killed(box),
  );
  await t.test('killed with its guard: the line stays on until the next start', () => unguarded(box));
  await t.test('SIGTERM during a pulse: the line is off when the daemon has ended', () => terminated(box));
  await t.test('the journal has each grant, and verifies', () => recorded(box));
});

async function takesAndReturns(box: KernelBox): Promise<void> {
  const watch = await Watch.on(box.rig);
  await box.opens(1, code(1));
  assert.ok((await box.offAfterMs(1)) < 1_500);
  box.door(1, 'open');
  await watch.sees('door-opened');
  box.key(1, 'out');
  await watch.sees('key-taken');
  box.door(1, 'shut');
  await watch.sees('door-closed');
  await box.opens(1, code(1));
  box.door(1, 'open');
  assert.ok((await box.offAfterMs(1)) < 1_500);
  await watch.sees('door-opened');
  box.key(1, 'in');
  assert.equal((await watch.sees('key-returned')).proof, 'sensor');
  box.door(1, 'shut');
  await watch.sees('door-closed');
  await watch.end();
}

async function frozen(box: KernelBox): Promise<void> {
  await box.opens(2, code(2));
  box.rig.daemon.child.kill('SIGSTOP');
  const offMs = await box.offAfterMs(2);
  box.rig.daemon.child.kill('SIGCONT');
  assert.ok(offMs < 1_500, `off after ${offMs} ms`);
}

async function killed(box: KernelBox): Promise<void> {
  await box.opens(3, code(3));
  const ended = box.rig.stop('SIGKILL');
  const offMs = await box.offAfterMs(3);
  await ended;
  // Well before the pulse would have ended by itself: it was the end of the pipe, not the time.
  assert.ok(offMs < 900, `off after ${offMs} ms`);
  await box.start();
  await pause(1_500);
  assert.equal(box.lock(3), 0);
}

async function unguarded(box: KernelBox): Promise<void> {
  await box.opens(4, code(4));
  process.kill(-box.guardPid(), 'SIGKILL');
  await box.rig.stop('SIGKILL');
  await pause(2_000);
  // Why there is a guard: sysfs keeps the level of a process that is gone.
  assert.equal(box.lock(4), 1);
  await box.start();
  assert.equal(box.lock(4), 0);
}

async function terminated(box: KernelBox): Promise<void> {
  await box.opens(5, code(5));
  const { code: exit, stderr } = await box.rig.stop('SIGTERM');
  assert.equal(exit, 0, stderr);
  assert.equal(box.lock(5), 0);
}

async function recorded(box: KernelBox): Promise<void> {
  await box.start();
  const { rig } = box;
  const file = join(rig.dir, 'export.jsonl');
  writeFileSync(file, await rig.must(['events', 'export', '--format', 'jsonl']));
  await rig.must(['events', 'verify', file]);
  const events = await rig.events();
  const ofSlot = (slot: number) => types(events.filter(event => event.slot === slot));
  const way = ['granted', 'pulsed', 'door-opened'];
  assert.deepEqual(ofSlot(1), [...way, 'key-taken', 'door-closed', ...way, 'key-returned', 'door-closed']);
  for (const slot of [2, 3, 4, 5]) assert.equal(ofSlot(slot)[0], 'granted', `slot ${slot}`);
  assert.equal(events.filter(event => event.type === 'booted').length, 4);
}
