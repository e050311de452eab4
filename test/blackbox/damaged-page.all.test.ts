/** A sector is lost of which no start takes notice: codes are looked up there. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { programOf } from '../../scripts/rig/program.ts';
import { until } from '../../scripts/rig/until.ts';
import { NotifySocket } from '../systemd/notify-socket.ts';
import { code, dropCopies, onBox, takesKey, today } from './box.ts';
import { spoil } from './spoil.ts';

const args = (config: string): readonly string[] => [...programOf('smartboxd').slice(1), '--config', config];

test('the index of the codes is damaged: the box ends by itself when nobody is there, and then the key that is out comes back', {
  timeout: 90_000,
}, async t => {
  const rig = await onBox(t, { slots: 2 });
  await rig.book({ code, slot: 1, ...today() });
  await takesKey(rig, code, 1);
  await rig.stop();
  dropCopies(rig);
  spoil(rig.data, 'booking_code');
  rmSync(rig.socket, { force: true });
  const socket = await NotifySocket.open(t, rig.dir);
  const daemon = socket.start(args(rig.configFile));
  t.after(() => daemon.child.kill('SIGKILL'));
  await until('READY', () => socket.heard.includes('READY=1'), 20_000);
  rig.type(`${code}#`);
  await until('its end', () => !daemon.running, 45_000);
  assert.equal((await daemon.finished).code, 0);
  await rig.start();
  rig.type(`${code}#`);
  await rig.lines.powered(1);
  assert.equal((await rig.sees('granted', 1)).for, 'return');
});
