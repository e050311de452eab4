import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { guardLimits } from '../../../../src/box/adapters/gpio/guard.ts';
import { shellLag } from '../../../lag.ts';
import { assertSoon, dir, everMs, guardOf, guardsOf, isDeaf, offMs, until } from './guard-bench.ts';

const daemonPath = fileURLToPath(new URL('./guarded-daemon.ts', import.meta.url));
/** Less than the timer of a pulse would still run if it stayed behind. */
const strayMs = 200;
const started: ChildProcess[] = [];
let folders = 0;
after(() => {
  for (const child of started) child.kill('SIGKILL');
});

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
    process.kill(-(child.pid ?? assert.fail('it does not run')), 'SIGINT');
    await until(() => level(2) === '0', offMs, 'lock off');
    await until(() => guardsOf(folder).length === 0, everMs, 'guard gone');
  });

  test('the guard shrugs off the signals that people and service managers send', async () => {
    const { child, folder, level } = await daemon('hold');
    await until(() => guardsOf(folder).some(isDeaf), everMs, 'a guard past its first line');
    const guard = guardOf(folder);
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
