import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { node, Running } from '../../scripts/rig/program.ts';
import { until } from '../../scripts/rig/until.ts';
import { launch, NotifySocket } from './notify-socket.ts';

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'smartbox-launch-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

const tells = `require('fs').writeSync(3, 'READY=1 from ' + process.pid);
console.log(process.env.SMARTBOX_NOTIFY_FD, process.env.NOTIFY_SOCKET, process.argv.at(-1));`;

test('the program is the process that systemd started, and has its socket as descriptor 3', async t => {
  const socket = await NotifySocket.open(t, folder(t));
  const program = socket.start(['-e', tells, '--', 'two words']);
  const { code, stdout, stderr } = await program.finished;
  assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: '3 undefined two words\n', stderr: '' });
  await until('its word', () => socket.heard === `READY=1 from ${program.child.pid}`);
});

test('a systemd that reads nothing blocks nobody', async t => {
  const dir = folder(t);
  const deaf = new Running(
    [
      'perl',
      '-MSocket',
      '-e',
      `socket(S,AF_UNIX,SOCK_DGRAM,0); bind(S,pack_sockaddr_un("${dir}/deaf")); sleep 60`,
    ],
    {},
  );
  t.after(() => deaf.child.kill('SIGKILL'));
  const flood = `try { for (let n = 0; n < 10000; n++) require('fs').writeSync(3, 'WATCHDOG=1') } catch (error) { console.log(error.code) }`;
  await until('a socket', async () => {
    const { code } = await new Running(['perl', '-e', `exit !-S "${dir}/deaf"`], {}).finished;
    return code === 0;
  });
  const { stdout } = await new Running([launch, node, '-e', flood], { NOTIFY_SOCKET: `${dir}/deaf` })
    .finished;
  assert.equal(stdout, 'EAGAIN\n');
});

test('without systemd it just runs the program', async () => {
  const { code, stdout } = await new Running(
    [launch, node, '-p', 'process.env.SMARTBOX_NOTIFY_FD ?? "nobody"'],
    {},
  ).finished;
  assert.deepEqual({ code, stdout }, { code: 0, stdout: 'nobody\n' });
});

test('what cannot be had is said: no socket there, no such program', async t => {
  const dir = folder(t);
  const nobody = await new Running([launch, node, '-e', '0'], { NOTIFY_SOCKET: join(dir, 'none') }).finished;
  assert.match(nobody.stderr, /^launch: systemd does not listen: /);
  const nothing = await new Running([launch, join(dir, 'none')], {}).finished;
  assert.match(nothing.stderr, /^launch: \S+none: No such file/);
  assert.ok(nobody.code !== 0 && nothing.code !== 0);
});
