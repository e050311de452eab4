import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

const program = new URL('../../../../src/box/adapters/system/log.ts', import.meta.url).href;

/** What a process says on stderr with a log of its own: its shape is a matter of the whole process, file descriptor and all. */
function said(then: string): readonly Record<string, unknown>[] {
  const script = `const { DaemonLog } = await import('${program}'); const log = new DaemonLog();
    log.debug({}, 'too fine'); log.warn({ device: 'front' }, 'serial port is away'); ${then}`;
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  return stderr
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
}

test('a line has one shape, whether the start failed before pino or not', () => {
  for (const way of ['log.flush();', "await log.usePino('info');"]) {
    const [line, ...more] = said(way);
    assert.deepEqual(more, []);
    assert.deepEqual(Object.keys(line ?? {}), ['level', 'time', 'device', 'msg'], way);
    assert.equal(line?.level, 'warn', way);
    assert.equal(typeof line?.time, 'number', way);
  }
});
