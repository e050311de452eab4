/** What switches a lock off: the helper of gpio driver cdev, its guard, and whatever befalls one of them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { pause, until } from '../../scripts/rig/until.ts';
import { alive, forever, Held, lamp, lock, lowLock, made, Orphaned } from './held-lines.ts';

const skip = made.missing;

test('times a pulse by itself, while nobody reads what it says', { skip }, async t => {
  const held = await Held.start(t);
  const { holder } = held;
  const before = held.writtenAt(lock);
  held.deaf();
  // More answers than pipe and reader hold, all before the pulse: whoever waits to be read never gets there.
  for (let i = 0; i < 20_000; i += 1) held.say('read 7');
  held.say(`pulse 0 300 ${forever}`);
  await until(
    'a pulse that is over',
    () => held.writtenAt(lock) > before && held.chip.measure(lock) === 0,
    10_000,
  );
  // Its guard would have ended the pulse by ending the process.
  assert.ok(alive(holder), 'the process that holds the lines has ended it');
});

test('in mid-pulse, the death of its daemon is seen before the end of the pipe: off long before its end', {
  skip,
}, async t => {
  const orphaned = await Orphaned.start(t);
  await orphaned.dies();
  assert.equal(orphaned.chip.measure(lock), 0);
  assert.ok(!orphaned.said.includes('ended 0 0'), 'the pulse has not run its time');
});

for (const [name, end] of [
  ['the end of its pipe', (held: Held) => held.hangUpCommands()],
  ['SIGTERM', (held: Held) => process.kill(held.holder, 'SIGTERM')],
  ['SIGINT', (held: Held) => process.kill(held.holder, 'SIGINT')],
  ['SIGHUP', (held: Held) => process.kill(held.holder, 'SIGHUP')],
  ['SIGKILL of the process that holds the lines', (held: Held) => process.kill(held.holder, 'SIGKILL')],
  ['SIGKILL of its guard', (held: Held) => process.kill(held.guard, 'SIGKILL')],
] as const)
  test(`in mid-pulse, ${name}: lock and lamp are off long before its end, and both processes gone`, {
    skip,
  }, async t => {
    const held = await Held.start(t);
    held.say('set 2 1');
    const { holder } = held;
    await held.pulses(1, 1_000);
    assert.deepEqual([held.chip.measure(lowLock), held.chip.measure(lamp)], [0, 1]);
    const from = Date.now();
    end(held);
    const ms = (await held.takes(lowLock, 1)) - from;
    // The hard maximum, which the kernel's timers hold however busy the machine is; what else is certain is that no time was waited for.
    assert.ok(ms < 1_000, `${ms} ms`);
    await held.takes(lamp, 0);
    await held.ended;
    await until('both gone', () => !alive(holder));
    assert.ok(!held.said.includes('ended 1 0'), 'the pulse has not run its time');
  });

test('frozen in mid-pulse: its guard ends it, and makes all idle', { skip }, async t => {
  const held = await Held.start(t);
  const { holder } = held;
  // On a busy machine a pulse may be over before it can be frozen.
  for (let isPowered = false; !isPowered; ) {
    await held.pulses(0, 300);
    process.kill(holder, 'SIGSTOP');
    isPowered = held.chip.measure(lock) === 1;
    if (!isPowered) process.kill(holder, 'SIGCONT');
    if (!isPowered) await held.says('ended 0 0');
  }
  await held.takes(lock, 0);
  assert.equal(await held.ended, 0);
  assert.ok(!alive(holder));
});

test('frozen while its daemon dies: its guard ends it', { skip }, async t => {
  const held = await Held.start(t);
  const { holder } = held;
  held.say('set 2 1');
  await held.takes(lamp, 1);
  process.kill(holder, 'SIGSTOP');
  held.hangUp();
  await held.takes(lamp, 0);
  await until('gone', () => !alive(holder));
});

test('nothing is powered where its guard is frozen, and a helper without one ends', { skip }, async t => {
  const held = await Held.start(t);
  const { holder } = held;
  const before = held.writtenAt(lock);
  process.kill(held.guard, 'SIGSTOP');
  held.say(`pulse 0 300 ${forever}`);
  await until('the end of it', () => !alive(holder));
  assert.equal(held.chip.measure(lock), 0);
  assert.ok(!held.said.includes('begun 0 0'));
  assert.ok(held.writtenAt(lock) >= before);
});

test('a guard that stood still through a pulse does no harm after it', { skip }, async t => {
  const held = await Held.start(t);
  await held.pulses(0, 50);
  process.kill(held.guard, 'SIGSTOP');
  await held.says('ended 0 0');
  await pause(500);
  process.kill(held.guard, 'SIGCONT');
  held.say('read 7');
  await until('the levels', () => held.said.filter(line => line.startsWith('levels')).length === 2);
});

test('is small, and rests where nothing is due', { skip }, async t => {
  const held = await Held.start(t);
  const { holder, guard } = held;
  const rss = [holder, guard].map(pid =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]),
  );
  t.diagnostic(`RSS ${rss} kB`);
  for (const kB of rss) assert.ok(kB <= 2_048, `${kB} kB`);
  const switches = (): string =>
    [holder, guard]
      .map(pid => /^voluntary_ctxt_switches:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
      .join();
  // One that wakes by itself never comes to this; one that has just begun may take its time on a busy machine.
  await until('300 ms in which neither woke up', async () => {
    const before = switches();
    await pause(300);
    return switches() === before;
  });
});
