import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { until } from '../../../../scripts/rig/until.ts';
import { FakeTime } from '../../../fake-time.ts';
import { frame } from './decoded.ts';
import { heardAll, listen } from './listen.ts';
import { folder, noSocat, plug } from './socat.ts';

const skip = noSocat;
const timeout = 60_000;

test('bytes on a real tty become keys, and are counted', { skip, timeout }, async t => {
  const path = join(folder(t), 'keypad');
  const device = await plug(t, path);
  const heard = listen(t, path);
  await heard.port.settled;
  assert.deepEqual(heard.told, ['up']);
  device.write('1234#x');
  await heardAll(heard, '1234#!');
  const { counters, up, trouble } = heard.port.status();
  assert.equal(counters.bytes, 6);
  assert.equal(counters.decoded, 5);
  assert.equal(counters.rejected['not-a-key'], 1);
  assert.equal(up, true);
  assert.equal(trouble, null);
});

test('a tag on a real tty arrives, and leaves a second after it was last seen', {
  skip,
  timeout,
}, async t => {
  const path = join(folder(t), 'reader');
  const device = await plug(t, path);
  const time = new FakeTime();
  const heard = listen(t, path, 'em4100-ascii', time);
  await heard.port.settled;
  const tag = frame('100086F444');
  device.write(tag);
  await until('a tag', () => heard.decoded.length === 1);
  time.advance(500);
  device.write(tag);
  await until('its repeat', () => heard.port.status().counters.bytes === 2 * tag.length);
  time.advance(999);
  assert.deepEqual(heard.decoded, ['+100086F444', '=100086F444']);
  time.advance(1);
  assert.deepEqual(heard.decoded, ['+100086F444', '=100086F444', '-100086F444']);
});

test('unplugged it is down, plugged in again it is up and heard; each told once', {
  skip,
  timeout,
}, async t => {
  const path = join(folder(t), 'keypad');
  const device = await plug(t, path);
  const heard = listen(t, path);
  await heard.port.settled;
  device.write('12');
  await heardAll(heard, '12');
  await device.unplug();
  await until('down, sooner than the next look at the path', () => heard.told.at(-1) === 'down', 3_000);
  assert.match(heard.port.status().trouble ?? '', /keypad/);
  const again = await plug(t, path);
  await until('up', () => heard.told.at(-1) === 'up');
  again.write('34#');
  await heardAll(heard, '1234#');
  assert.deepEqual(heard.told, ['up', 'down', 'up']);
  const { counters } = heard.port.status();
  assert.equal(counters.bytes, 5);
  assert.equal(counters.decoded, 5);
});

test('missing at start it is told down once, and up when it comes', { skip, timeout }, async t => {
  const path = join(folder(t), 'keypad');
  const heard = listen(t, path);
  await heard.port.settled;
  assert.deepEqual(heard.told, ['down']);
  assert.match(heard.port.status().trouble ?? '', /is not there\. Plug it in/);
  const device = await plug(t, path);
  await until('up', () => heard.told.at(-1) === 'up');
  device.write('9');
  await heardAll(heard, '9');
  assert.deepEqual(heard.told, ['down', 'up']);
});

test('away for long it is told once, and tried again every two seconds', { timeout }, async t => {
  const time = new FakeTime();
  const heard = listen(t, join(folder(t), 'keypad'), 'ascii', time);
  await heard.port.settled;
  const waits: number[] = [];
  for (let attempt = 0; attempt < 6; attempt += 1) {
    const due = time.nextAt ?? assert.fail('no further attempt');
    waits.push(due - time.mono());
    time.advance(due - time.mono());
    await until('an attempt', () => time.armed === 1);
  }
  assert.deepEqual(waits, [250, 500, 1_000, 2_000, 2_000, 2_000]);
  assert.deepEqual(heard.told, ['down']);
});

test('half a frame from before an unplug means nothing after it', { skip, timeout }, async t => {
  const path = join(folder(t), 'reader');
  const device = await plug(t, path);
  const heard = listen(t, path, 'line');
  await heard.port.settled;
  device.write('4711');
  await until('half a line', () => heard.port.status().counters.bytes === 4);
  await device.unplug();
  await until('down', () => heard.told.at(-1) === 'down');
  const again = await plug(t, path);
  await until('up', () => heard.told.at(-1) === 'up');
  again.write('22\n');
  await until('a line', () => heard.decoded.length > 0);
  assert.deepEqual(heard.decoded, ['line 22']);
});

test('the path leading to another device is noticed', { skip, timeout }, async t => {
  const dir = folder(t);
  const path = join(dir, 'keypad');
  const first = await plug(t, join(dir, 'first'));
  const second = await plug(t, join(dir, 'second'));
  symlinkSync(join(dir, 'first'), path);
  const heard = listen(t, path);
  await heard.port.settled;
  symlinkSync(join(dir, 'second'), `${path}.new`);
  renameSync(`${path}.new`, path);
  await until('down and up', () => heard.told.join(' ') === 'up down up', 15_000);
  first.write('1');
  second.write('2');
  await heardAll(heard, '2');
  assert.deepEqual(heard.decoded, ['2']);
});

const wrongDevices: readonly (readonly [what: string, make: (path: string) => void, trouble: RegExp])[] = [
  ['an ordinary file', path => writeFileSync(path, '1234#'), /is an ordinary file, not a serial port/],
  ['a directory', path => mkdirSync(path), /is a directory, not a serial port/],
  ['no tty', path => symlinkSync('/dev/null', path), /is some other device, not a serial port/],
];

for (const [what, make, trouble] of wrongDevices)
  test(`${what} is refused in words, and tried again`, { timeout }, async t => {
    const path = join(folder(t), 'keypad');
    make(path);
    const heard = listen(t, path);
    await heard.port.settled;
    assert.match(heard.port.status().trouble ?? '', trouble);
    assert.match(heard.port.status().trouble ?? '', /Correct `path:`/);
    assert.deepEqual(heard.told, ['down']);
    assert.deepEqual(heard.decoded, []);
  });

test('an ordinary file that becomes a tty is opened', { skip, timeout }, async t => {
  const path = join(folder(t), 'keypad');
  writeFileSync(path, '');
  const heard = listen(t, path);
  await heard.port.settled;
  rmSync(path);
  const device = await plug(t, path);
  await until('up', () => heard.told.at(-1) === 'up');
  device.write('5');
  await heardAll(heard, '5');
});

test('a port that another program has open says so, and opens when that one is gone', {
  skip,
  timeout,
}, async t => {
  const path = join(folder(t), 'keypad');
  const device = await plug(t, path);
  const first = listen(t, path);
  await first.port.settled;
  const second = listen(t, path);
  await second.port.settled;
  assert.match(second.port.status().trouble ?? '', /another program has .*keypad open\. See which: fuser -v/);
  assert.deepEqual(second.told, ['down']);
  device.write('1');
  await heardAll(first, '1');
  await first.port.close();
  await until('up', () => second.told.at(-1) === 'up');
  device.write('2');
  await heardAll(second, '2');
});

test('a MB of garbage, keys among it, and the entry that somebody types then is whole', {
  skip,
  timeout,
}, async t => {
  const path = join(folder(t), 'keypad');
  const device = await plug(t, path);
  const heard = listen(t, path);
  await heard.port.settled;
  const garbage = Buffer.alloc(1_048_576);
  for (let at = 0; at < garbage.length; at += 1) garbage[at] = (at * 7 + (at >> 8)) & 0xff;
  const began = performance.now();
  device.write(garbage);
  await until('all of it', () => heard.port.status().counters.bytes === garbage.length, 30_000);
  // What comes sooner behind a byte of no key is no finger's.
  await setTimeout(400);
  device.write('*12345678#');
  await heardAll(heard, '*12345678#');
  const { counters } = heard.port.status();
  assert.equal(counters.bytes, garbage.length + 10);
  const {
    'not-a-key': odd = 0,
    'high-bit': high = 0,
    'frame-mark': marks = 0,
    'after-noise': after = 0,
  } = counters.rejected;
  assert.ok(odd + high + marks > 900_000 && after > 10_000);
  assert.ok((counters.rejected['too-fast'] ?? 0) > 0);
  assert.ok(performance.now() - began > 3_000, 'reading was slowed down to 256 KiB/s');
  assert.ok(heard.decoded.length < 1_500, `${heard.decoded.length} keys`);
  assert.deepEqual(heard.told, ['up']);
});

test('a recorder sees the raw bytes until it has enough; four at most', { skip, timeout }, async t => {
  const path = join(folder(t), 'keypad');
  const device = await plug(t, path);
  const { port, ...heard } = listen(t, path);
  await port.settled;
  let raw = '';
  const stop = port.tap(bytes => {
    raw += Buffer.from(bytes).toString('latin1');
  });
  for (let more = 0; more < 3; more += 1)
    assert.notEqual(
      port.tap(() => {}),
      null,
    );
  assert.equal(
    port.tap(() => {}),
    null,
  );
  device.write('1x\x00');
  await heardAll({ port, ...heard }, '1!');
  assert.equal(raw, '1x\x00');
  await setTimeout(400);
  stop?.();
  device.write('2');
  await heardAll({ port, ...heard }, '2');
  assert.equal(raw, '1x\x00');
});

test('closed, at any moment, it says nothing more and lets the port go', { skip, timeout }, async t => {
  const path = join(folder(t), 'keypad');
  const device = await plug(t, path);
  const early = listen(t, path);
  await early.port.close();
  assert.deepEqual(early.told, []);
  const heard = listen(t, path);
  await heard.port.settled;
  await heard.port.close();
  await heard.port.close();
  device.write('1');
  const next = listen(t, path);
  await next.port.settled;
  assert.equal(next.port.status().up, true);
  assert.deepEqual(heard.decoded, []);
});
