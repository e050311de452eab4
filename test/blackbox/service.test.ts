/** The daemon as systemd has it: started by `launch`, heard by its socket. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { programOf, Running } from '../../scripts/rig/program.ts';
import { until } from '../../scripts/rig/until.ts';
import { NotifySocket } from '../systemd/notify-socket.ts';
import { box } from './box.ts';

const args = (config: string): readonly string[] => [...programOf('smartboxd').slice(1), '--config', config];

test('systemd hears when the keypad can be used, that all is well, and that it ends', {
  timeout: 60_000,
}, async t => {
  const rig = await box(t, { slots: 1 });
  const socket = await NotifySocket.open(t, rig.dir);
  const daemon = socket.start(args(rig.configFile), { WATCHDOG_USEC: '400000' });
  t.after(() => daemon.child.kill('SIGKILL'));
  await until('READY', () => socket.heard.includes('READY=1\nSTATUS=rig is ready, 1 slot'));
  assert.equal((await rig.cli(['status', '--wait', '5'])).code, 0, 'and it can');
  await until('the watchdog to be fed, thrice', () => socket.heard.split('WATCHDOG=1').length > 3);
  daemon.child.kill('SIGTERM');
  assert.equal((await daemon.finished).code, 0);
  await until('STOPPING', () => socket.heard.endsWith('STOPPING=1'));
});

test('a watchdog that nobody could feed ends the daemon at once, with a hint', async t => {
  const rig = await box(t, { slots: 1 });
  const { code, stderr } = await new Running([...programOf('smartboxd'), '--config', rig.configFile], {
    WATCHDOG_USEC: '400000',
  }).finished;
  assert.equal(code, 1);
  assert.match(stderr, /hint: Start it by systemd\/lib\/launch/);
});
