/** A sector is lost of which no start takes notice: codes are looked up there. */
import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { programOf } from '../../scripts/rig/program.ts';
import { until } from '../../scripts/rig/until.ts';
import { NotifySocket } from '../systemd/notify-socket.ts';
import { code, onBox, today } from './box.ts';
import { spoil } from './spoil.ts';

const args = (config: string): readonly string[] => [...programOf('smartboxd').slice(1), '--config', config];

test('the index of the codes is damaged: the box ends by itself when nobody is there, and then the key that is out comes back', {
  timeout: 90_000,
}, async t => {
  const rig = await onBox(t, { slots: 2 });
  await rig.book({ code, slot: 1, ...today() });
  rig.type(`${code}#`);
  await rig.lines.powered(1);
  await rig.lines.released(1);
  rig.lines.door(1, 'open');
  rig.lines.key(1, 'out');
  await rig.sees('key-taken', 1);
  rig.lines.door(1, 'shut');
  await rig.sees('door-closed', 1);
  await rig.stop();
  for (const name of readdirSync(rig.data).filter(each => each.includes('backup')))
    rmSync(join(rig.data, name));
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
