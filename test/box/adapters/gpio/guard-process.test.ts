import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { millis } from '../../../../src/base/brand.ts';
import { silent } from '../../../../src/base/log.ts';
import { guardLimits, startGuard } from '../../../../src/box/adapters/gpio/guard.ts';
import { shellLag } from '../../../lag.ts';
import { FakeTime, realTime as time } from './fake-time.ts';
import {
  assertSoon,
  dir,
  everMs,
  guardAlone,
  guardOf,
  guardsOf,
  isDeaf,
  offMs,
  until,
} from './guard-bench.ts';

describe('the guard process', () => {
  test('an ended pulse is left alone; one that overstays is forced, each output with its own text', async () => {
    const { guard, path } = guardAlone();
    assert.notEqual(
      guard.begin(1, millis(20), () => {}),
      'none',
    );
    guard.end();
    await new Promise(resolve => setTimeout(resolve, 400));
    assert.equal(readFileSync(path(1), 'utf8'), '1\n', 'the timer was ended');
    const limitMs = 20 + guardLimits.lateMs;
    const late = shellLag(limitMs);
    assert.notEqual(
      guard.begin(2, millis(20), () => {}),
      'none',
    );
    const took = await until(() => readFileSync(path(2), 'utf8') === '0\n', everMs, 'forced');
    assert.ok(took >= 200, `not before its time: ${took} ms`);
    assertSoon(took, limitMs, await late);
    await until(() => readFileSync(path(1), 'utf8') === '5\n', offMs, 'the others too');
    await guard.close();
  });

  test('many short pulses in a row: no timer of one disturbs the next', async () => {
    const { guard, path, errors } = guardAlone();
    for (let i = 0; i < 200; i += 1) {
      guard.begin(0, millis(1), () => {});
      guard.end();
      // Not so fast that the words pile up before the shell: that is another test.
      if (i % 2 === 0) await new Promise(resolve => setTimeout(resolve, i % 4));
    }
    let read = false;
    guard.begin(0, millis(1), () => {
      read = true;
    });
    guard.end();
    await until(() => read, everMs, 'all of them read');
    // On a busy machine one of them may have overstayed.
    writeFileSync(path(0), '1\n');
    guard.begin(0, millis(700), () => {});
    await new Promise(resolve => setTimeout(resolve, 400));
    assert.deepEqual(errors, []);
    assert.equal(readFileSync(path(0), 'utf8'), '1\n');
    guard.end();
    await guard.close();
  });

  test('an output that cannot be written keeps no other waiting', async () => {
    const { guard, path } = guardAlone();
    rmSync(path(0));
    execFileSync('mkdir', [path(0)]);
    await guard.close();
    assert.equal(readFileSync(path(2), 'utf8'), '0\n');
  });

  test('killed: told, unhealthy, and started again; a pulse starts it at once', async () => {
    const { guard, folder, errors } = guardAlone();
    const pid = guardOf(folder);
    assert.ok(guard.healthy());
    process.kill(pid, 'SIGKILL');
    await until(() => !guard.healthy(), everMs, 'noticed');
    assert.notEqual(
      guard.begin(0, millis(10), () => {}),
      'none',
      'no backoff for somebody who waits',
    );
    assert.ok(guard.healthy());
    await until(() => guardsOf(folder).length > 0, everMs, 'back');
    assert.notDeepEqual(guardsOf(folder), [pid]);
    assert.notEqual(
      guard.begin(0, millis(10), () => {}),
      'none',
    );
    assert.equal(errors.length, 1);
    await guard.close();
    assert.equal(guard.healthy(), false);
  });

  test('one that reads nothing is replaced before its backlog grows', async () => {
    const { guard, folder } = guardAlone();
    const pid = guardOf(folder);
    process.kill(pid, 'SIGSTOP');
    for (let i = 0; i < 20_000 && guardsOf(folder).includes(pid); i += 1) {
      for (let n = 0; n < 200; n += 1)
        assert.notEqual(
          guard.begin(0, millis(10), () => {}),
          'none',
          'nobody is refused for it',
        );
      await new Promise(resolve => setTimeout(resolve, 1));
    }
    assert.ok(!guardsOf(folder).includes(pid), 'replaced');
    assert.ok(guard.healthy());
    await guard.close();
  });

  test('it says that it lives when it is asked, and when it has begun to watch; then a pulse may begin at once', async () => {
    const { guard } = guardAlone();
    const told: boolean[] = [];
    assert.equal(
      guard.begin(1, millis(20), answered => told.push(answered)),
      'wait',
      'nobody knows it yet',
    );
    guard.end();
    await until(() => told.length === 1, everMs, 'its first answer');
    assert.equal(
      guard.begin(1, millis(20), answered => told.push(answered)),
      'now',
    );
    guard.end();
    await until(() => told.length === 2, everMs, 'its answer');
    await new Promise(resolve => setTimeout(resolve, guardLimits.freshMs + 100));
    assert.equal(
      guard.begin(1, millis(20), answered => told.push(answered)),
      'wait',
      'that was long ago',
    );
    guard.end();
    await until(() => told.length === 3, everMs, 'its answer');
    await new Promise(resolve => setTimeout(resolve, guardLimits.freshMs + 100));
    guard.ask();
    assert.equal(
      guard.begin(1, millis(20), () => {}),
      'wait',
      'it was asked only just now',
    );
    guard.end();
    assert.deepEqual(told, [true, true, true]);
    await guard.close();
  });

  test('frozen, it is replaced in a moment: by whoever types, and by a pulse, which is told', async () => {
    const { guard, folder, errors } = guardAlone();
    const told: boolean[] = [];
    guard.begin(1, millis(20), answered => told.push(answered));
    guard.end();
    await until(() => told.length === 1, everMs, 'its first answer');
    const pid = guardOf(folder);
    process.kill(pid, 'SIGSTOP');
    await new Promise(resolve => setTimeout(resolve, guardLimits.askEveryMs));
    guard.ask();
    await until(() => !guardsOf(folder).includes(pid), everMs, 'replaced');
    assert.equal(errors.length, 1);
    assert.notEqual(
      guard.begin(1, millis(20), answered => told.push(answered)),
      'now',
    );
    guard.end();
    await until(() => told.length === 2, everMs, 'the answer of the new one');
    const second = guardOf(folder);
    process.kill(second, 'SIGSTOP');
    // As whoever has a lock powered does: without its end the next guard would be told of the pulse, and answer.
    const endedUnless = (answered: boolean): void => {
      told.push(answered);
      if (!answered) guard.end();
    };
    assert.equal(guard.begin(2, millis(900), endedUnless), 'now');
    await until(() => told.length === 3, everMs, 'told');
    assert.deepEqual(told, [true, true, false]);
    await until(() => !guardsOf(folder).includes(second), everMs, 'replaced');
    await guard.close();
  });

  test('killed while a lock is powered: the next one forces it off, in the time that the first had', async () => {
    const { guard, path, folder } = guardAlone();
    await until(() => guardsOf(folder).some(isDeaf), everMs, 'a guard past its first line');
    const pid = guardOf(folder);
    // Before the guard has heard of the pulse, so that no timer of its own outlives it.
    process.kill(pid, 'SIGSTOP');
    assert.notEqual(
      guard.begin(2, millis(100), () => {}),
      'none',
    );
    process.kill(pid, 'SIGKILL');
    await until(() => readFileSync(path(2), 'utf8') === '0\n', everMs, 'forced');
    assert.notDeepEqual(guardsOf(folder), [pid]);
    await guard.close();
  });

  test('where no process can be had nothing may be powered, and every call asks again', async () => {
    const folder = mkdtempSync(join(dir, 'lines-'));
    // More than a program may be started with.
    const paths = Array.from({ length: 40_000 }, (_, at) => ({
      path: join(folder, `${at}`.repeat(20)),
      text: '0',
    }));
    const guard = startGuard({ paths, time, log: silent });
    for (let n = 0; n < 3; n += 1)
      assert.equal(
        guard.begin(0, millis(10), () => {}),
        'none',
      );
    assert.equal(guard.healthy(), false);
    await guard.close();
  });

  test('started a little later, so that the box is ready sooner; a pulse does not wait for that', async () => {
    const fake = new FakeTime();
    const folder = mkdtempSync(join(dir, 'lines-'));
    const paths = [{ path: join(folder, '0'), text: '0' }];
    const first = startGuard({ paths, time: fake, log: silent });
    assert.ok(first.healthy());
    assert.equal(guardsOf(folder).length, 0);
    fake.pass(guardLimits.startMs);
    await until(() => guardsOf(folder).length === 1, everMs, 'a guard');
    await first.close();
    const second = startGuard({ paths, time: fake, log: silent });
    assert.notEqual(
      second.begin(0, millis(10), () => {}),
      'none',
    );
    await until(() => guardsOf(folder).length > 0, everMs, 'a guard');
    await second.close();
    const third = startGuard({ paths, time: fake, log: silent });
    await third.close();
    assert.equal(
      third.begin(0, millis(10), () => {}),
      'none',
    );
    await until(() => guardsOf(folder).length === 0, everMs, 'no guard');
    assert.equal(fake.waiting, 0);
  });

  test('without its script the daemon does not start', () => {
    assert.throws(() => startGuard({ paths: [], time, log: silent, script: join(dir, 'none.sh') }), {
      code: 'guard-missing',
    });
  });
});
