import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { millis } from '../../../../src/base/brand.ts';
import { type Log, silent } from '../../../../src/base/log.ts';
import { type Guard, guardLimits, guardScript, startGuard } from '../../../../src/box/adapters/gpio/guard.ts';
import { shellLag } from '../../../lag.ts';
import { FakeTime, realTime as time } from './fake-time.ts';

const daemonPath = fileURLToPath(new URL('./guarded-daemon.ts', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'smartbox-guard-'));
/** The promise: a lock is off so soon after the daemon's end. */
const offMs = 1_000;
/** For what only has to happen at all; a busy machine takes its time. */
const everMs = 10_000;
/** Less than the timer of a pulse would still run if it stayed behind. */
const strayMs = 200;
const started: ChildProcess[] = [];
let folders = 0;
after(() => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

/** Processes that run the guard script over our folder. Their arguments name it, and nobody else's do. */
function guardsOf(folder: string): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return words[1] === guardScript && words.some(word => word.startsWith(`${folder}/`));
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Whether this process ignores SIGPIPE and SIGTERM, the last of those that the guard's first line names. */
function isDeaf(pid: number): boolean {
  const [, ignored = '0'] = /^SigIgn:\s*(\w+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  const asked = (1n << 12n) | (1n << 14n);
  return (BigInt(`0x${ignored}`) & asked) === asked;
}

/** Milliseconds until `done`, asked every few. Fails after `withinMs`. */
async function until(done: () => boolean, withinMs: number, what: string): Promise<number> {
  const from = performance.now();
  while (!done()) {
    assert.ok(performance.now() - from < withinMs, `${what} within ${withinMs} ms`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  return performance.now() - from;
}

async function daemon(what: string): Promise<{
  child: ChildProcess;
  folder: string;
  level: (line: number) => string;
  output: () => string;
}> {
  folders += 1;
  const folder = join(dir, `box-${folders}`);
  const child = spawn(process.execPath, [daemonPath, folder, what], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  let text = '';
  child.stdout?.on('data', data => {
    text += String(data);
  });
  await until(() => text.includes('begun'), everMs, 'the pulse begins');
  const level = (line: number): string => readFileSync(join(folder, 'chip', String(line)), 'utf8').trim();
  return { child, folder, level, output: () => text };
}

/** The guard has a few processes to start where the other shell has one. */
function assertSoon(tookMs: number, limitMs: number, lateMs: number): void {
  const boundMs = limitMs + 150 + 3 * lateMs;
  assert.ok(tookMs <= boundMs, `off after ${tookMs} ms; limit ${limitMs} ms, machine ${lateMs} ms late`);
}

const gone = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

describe('a daemon that dies during a pulse', () => {
  for (const signal of ['SIGKILL', 'SIGSEGV', 'SIGTERM', 'SIGHUP'] as const) {
    test(`${signal}: the lock is off within 1 s, and no guard stays behind`, async () => {
      const { child, folder, level } = await daemon('hold');
      assert.deepEqual([level(2), level(30)], ['1', '1']);
      await until(() => guardsOf(folder).length > 0, everMs, 'a guard');
      child.kill(signal);
      await until(() => level(2) === '0', offMs, 'lock off');
      assert.deepEqual([level(1), level(2), level(3)], ['0', '0', '0']);
      await until(() => level(30) === '0', offMs, 'buzzer off');
      await until(() => guardsOf(folder).length === 0, everMs, 'guard gone');
      await until(() => gone(child), everMs, 'the daemon is gone');
    });
  }

  test('Ctrl-C to the whole group ends the daemon; the guard still does its work', async () => {
    const { child, folder, level } = await daemon('hold');
    process.kill(-(child.pid ?? 0), 'SIGINT');
    await until(() => level(2) === '0', offMs, 'lock off');
    await until(() => guardsOf(folder).length === 0, everMs, 'guard gone');
  });

  test('the guard shrugs off the signals that people and service managers send', async () => {
    const { child, folder, level } = await daemon('hold');
    await until(() => guardsOf(folder).some(isDeaf), everMs, 'a guard past its first line');
    const [guard = 0] = guardsOf(folder);
    assert.ok(guard > 0);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGPIPE'] as const)
      process.kill(guard, signal);
    child.kill('SIGKILL');
    await until(() => level(2) === '0', offMs, 'lock off');
  });

  test('frozen, not dead: the lock is off at the hard limit', async () => {
    const { child, folder, level } = await daemon('hold');
    child.kill('SIGSTOP');
    const late = shellLag(guardLimits.pulseMaxMs);
    const took = await until(() => level(2) === '0', everMs, 'lock off');
    assertSoon(took, guardLimits.pulseMaxMs, await late);
    child.kill('SIGKILL');
    await until(() => guardsOf(folder).length === 0, everMs, 'guard gone');
  });
});

describe('a daemon that ends well', () => {
  test('a pulse that ends and a close leave no guard and no timer of it behind', async () => {
    const { child, folder, level } = await daemon('end');
    await until(() => gone(child), everMs, 'daemon ends by itself');
    assert.equal(child.exitCode, 0);
    assert.equal(level(2), '0');
    await until(() => guardsOf(folder).length === 0, strayMs, 'guard gone');
  });

  test('a close in the middle of a pulse', async () => {
    const { child, folder, level, output } = await daemon('close');
    await until(() => gone(child), everMs, 'daemon ends by itself');
    assert.deepEqual([child.exitCode, level(2), output()], [0, '0', 'begun\nclosed\n']);
    await until(() => guardsOf(folder).length === 0, strayMs, 'guard gone');
  });
});

interface Alone {
  readonly guard: Guard;
  readonly path: (line: number) => string;
  readonly folder: string;
  readonly errors: object[];
}

/** A guard over three outputs that are on, started by the first pulse it hears of. */
function guardAlone(): Alone {
  folders += 1;
  const folder = mkdtempSync(join(dir, 'lines-'));
  const path = (line: number): string => join(folder, String(line));
  for (const line of [0, 1, 2]) writeFileSync(path(line), '1\n');
  const errors: object[] = [];
  const log: Log = { ...silent, error: fields => errors.push(fields) };
  const paths = [0, 1, 2].map(line => ({ path: path(line), text: line === 1 ? '5\n' : '0\n' }));
  const guard = startGuard({ paths, time, log });
  guard.begin(0, millis(1));
  guard.end();
  return { guard, path, folder, errors };
}

describe('the guard process', () => {
  test('an ended pulse is left alone; one that overstays is forced, each output with its own text', async () => {
    const { guard, path } = guardAlone();
    assert.ok(guard.begin(1, millis(20)));
    guard.end();
    await new Promise(resolve => setTimeout(resolve, 400));
    assert.equal(readFileSync(path(1), 'utf8'), '1\n', 'the timer was ended');
    const limitMs = 20 + guardLimits.lateMs;
    const late = shellLag(limitMs);
    assert.ok(guard.begin(2, millis(20)));
    const took = await until(() => readFileSync(path(2), 'utf8') === '0\n', everMs, 'forced');
    assert.ok(took >= 200, `not before its time: ${took} ms`);
    assertSoon(took, limitMs, await late);
    await until(() => readFileSync(path(1), 'utf8') === '5\n', offMs, 'the others too');
    await guard.close();
  });

  test('many short pulses in a row: no timer of one disturbs the next', async () => {
    const { guard, path, errors } = guardAlone();
    for (let i = 0; i < 200; i += 1) {
      guard.begin(0, millis(1));
      guard.end();
      // Not so fast that the words pile up before the shell: that is another test.
      if (i % 2 === 0) await new Promise(resolve => setTimeout(resolve, i % 4));
    }
    guard.begin(0, millis(700));
    await new Promise(resolve => setTimeout(resolve, 600));
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

  test('killed: told, unhealthy, and started again; a pulse waits for it', async () => {
    const { guard, folder, errors } = guardAlone();
    const [pid = 0] = guardsOf(folder);
    assert.ok(guard.healthy());
    process.kill(pid, 'SIGKILL');
    await until(() => !guard.healthy(), everMs, 'noticed');
    assert.equal(guard.begin(0, millis(10)), false);
    await until(() => guard.healthy(), everMs, 'back');
    assert.notDeepEqual(guardsOf(folder), [pid]);
    assert.ok(guard.begin(0, millis(10)));
    assert.equal(errors.length, 1);
    await guard.close();
    assert.equal(guard.healthy(), false);
  });

  test('one that reads nothing is replaced before its backlog grows', async () => {
    const { guard, folder } = guardAlone();
    const [pid = 0] = guardsOf(folder);
    process.kill(pid, 'SIGSTOP');
    let refused = false;
    for (let i = 0; i < 100_000 && !refused; i += 1) refused = !guard.begin(0, millis(10));
    assert.ok(refused);
    await until(() => guard.healthy() && !guardsOf(folder).includes(pid), everMs, 'replaced');
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
    assert.ok(second.begin(0, millis(10)));
    await until(() => guardsOf(folder).length > 0, everMs, 'a guard');
    await second.close();
    const third = startGuard({ paths, time: fake, log: silent });
    await third.close();
    assert.equal(third.begin(0, millis(10)), false);
    await until(() => guardsOf(folder).length === 0, everMs, 'no guard');
    assert.equal(fake.waiting, 0);
  });

  test('without its script the daemon does not start', () => {
    assert.throws(() => startGuard({ paths: [], time, log: silent, script: join(dir, 'none.sh') }), {
      code: 'guard-missing',
    });
  });
});
