import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { millis, slotId } from '../../../../src/base/brand.ts';
import { silent } from '../../../../src/base/log.ts';
import { openCabinet } from '../../../../src/box/adapters/gpio/cabinet.ts';
import { startGuard } from '../../../../src/box/adapters/gpio/guard.ts';
import { openSimLines } from '../../../../src/box/adapters/gpio/sim.ts';
import type { InputBody } from '../../../../src/box/core/input.ts';
import type { Cabinet } from '../../../../src/box/ports.ts';
import { watchLag } from '../../../lag.ts';
import { realTime as time } from './fake-time.ts';

const dir = mkdtempSync(join(tmpdir(), 'smartbox-cabinet-'));
after(() => rmSync(dir, { recursive: true, force: true }));
const one = slotId(1);
const at = (line: number): string => join(dir, 'chip', String(line));
/** What a person does. */
const echo = (text: string, line: number): void => {
  execFileSync('/bin/sh', ['-c', 'echo "$1" > "$2"', 'sh', text, at(line)]);
};

function start(): { cabinet: Cabinet; told: { body: InputBody; at: number }[] } {
  const told: { body: InputBody; at: number }[] = [];
  const cabinet = openCabinet({
    spec: {
      slots: [
        {
          id: one,
          lock: { chip: 'chip', line: 17, activeLevel: 1 },
          door: { chip: 'chip', line: 27, closedLevel: 0 },
          presence: { chip: 'chip', line: 22, presentLevel: 0 },
        },
      ],
      indicators: {},
      inputs: { powerLow: { chip: 'chip', line: 4, activeLevel: 0 } },
    },
    lines: openSimLines({ dir, time, log: silent }),
    guard: paths => startGuard({ paths, time, log: silent }),
    time,
    report: body => told.push({ body, at: performance.now() }),
    log: silent,
  });
  return { cabinet, told };
}

test('a box of files, worked with echo and cat', async t => {
  const { cabinet, told } = start();
  t.after(() => cabinet.close());
  assert.deepEqual(cabinet.levels(), [{ slot: 1, door: 'shut', presence: 'present' }]);
  await sleep(20);
  assert.equal(told.length, 0, 'a new box has its doors shut, its keys in and no alarm');

  const askedAt = performance.now();
  cabinet.pulse(one, millis(120));
  for (let i = 0; i < 500 && told.length < 1; i += 1) await sleep(2);
  assert.equal(readFileSync(at(17), 'utf8').trim(), '1');
  for (let i = 0; i < 100 && told.length < 2; i += 1) await sleep(10);
  assert.equal(readFileSync(at(17), 'utf8').trim(), '0');
  assert.deepEqual(
    told.map(({ body }) => body.type),
    ['pulse-begun', 'pulse-ended'],
  );
  // From when it was asked for: a busy machine may be late in telling its begin. That none is too long is the guard's part.
  const tookMs = (told[1]?.at ?? 0) - askedAt;
  assert.ok(tookMs >= 119, `${tookMs} ms`);

  const delays: number[] = [];
  const lag = watchLag();
  for (const level of ['1', '0', '1', '0', '1']) {
    told.length = 0;
    echo(level, 27);
    const written = performance.now();
    for (let i = 0; i < 200 && told.length === 0; i += 1) await sleep(5);
    assert.deepEqual(told[0]?.body, { type: 'door-changed', slot: 1, door: level === '1' ? 'open' : 'shut' });
    delays.push((told[0]?.at ?? 0) - written);
  }
  // The middle one: a machine that is busy for a moment must not fail this; nor one that is busy all the time.
  const boundMs = 100 + 3 * lag();
  const median = delays.toSorted((a, b) => a - b)[2] ?? 1_000;
  assert.ok(median < boundMs, `seen after ${delays} ms, ${boundMs} at most`);
  echo('', 27);
  echo('what?', 22);
  await sleep(100);
  assert.equal(told.length, 1, 'what is no level changes nothing');
  echo('1', 22);
  echo('1', 27);
  await cabinet.close();
});

test('a restart finds what people left, and a lock that was left on is off', () => {
  echo('1', 17);
  echo('1', 27);
  echo('1', 22);
  const { cabinet } = start();
  assert.equal(readFileSync(at(17), 'utf8').trim(), '0');
  assert.deepEqual(cabinet.levels(), [{ slot: 1, door: 'open', presence: 'absent' }]);
  assert.deepEqual(
    cabinet.inspect().map(({ name, line, level, trouble }) => [name, line, level, trouble]),
    [
      ['slot 1 lock', 'chip line 17', 0, null],
      ['slot 1 door', 'chip line 27', 1, null],
      ['slot 1 presence', 'chip line 22', 1, null],
      ['powerLow', 'chip line 4', 1, null],
    ],
  );
  return cabinet.close();
});
