/** Bytes that waited in the kernel for so long that nobody can date them (rules.md 3). */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '../../../../scripts/rig/until.ts';
import { FakeTime } from '../../../fake-time.ts';
import { frame } from './decoded.ts';
import { listen } from './listen.ts';
import { folder, noSocat, plug } from './socat.ts';

const skip = noSocat;
const timeout = 60_000;

for (const [protocol, before, waited, after, heardAfter] of [
  ['ascii', '12', '34#', '7#', ['7', '#']],
  ['ascii', '', '*4071', '7#', ['7', '#']],
  ['line', '12', '34', '7\n', ['line 7']],
  ['em4100-ascii', '', frame('100086F444'), frame('100086F445'), ['+100086F445']],
] as const)
  test(`bytes that waited too long are told, not judged: ${protocol} ${waited.trim()}`, {
    skip,
    timeout,
  }, async t => {
    const path = join(folder(t), 'keypad');
    const device = await plug(t, path);
    const time = new FakeTime();
    const heard = listen(t, path, protocol, time);
    await heard.port.settled;
    const bytes = (count: number) => () => heard.port.status().counters.bytes === count;
    device.write(before);
    await until('what came in time', bytes(before.length));
    heard.decoded.length = 0;
    heard.waitedMs = 10_000;
    const whole = protocol === 'line' ? `${waited}\n` : waited;
    device.write(whole);
    await until('what waited', bytes(before.length + whole.length));
    assert.deepEqual(heard.decoded, ['?']);
    // It has waited with the rest: more than one read takes.
    heard.waitedMs = 0;
    device.write(whole);
    await until('the rest of it', bytes(before.length + 2 * whole.length));
    assert.deepEqual(heard.decoded, ['?', '?']);
    time.advance(5_000);
    device.write(after);
    await until('what came afterwards', bytes(before.length + 2 * whole.length + after.length));
    assert.deepEqual(heard.decoded, ['?', '?', ...heardAfter]);
    assert.equal(heard.port.status().counters.rejected.outdated, 2 * whole.length);
  });

test('noise that waited too long says nothing', { skip, timeout }, async t => {
  const path = join(folder(t), 'keypad');
  const device = await plug(t, path);
  const heard = listen(t, path);
  await heard.port.settled;
  heard.waitedMs = 25_000;
  device.write('x\r\n');
  await until('noise', () => heard.port.status().counters.bytes === 3);
  assert.deepEqual(heard.decoded, []);
});
