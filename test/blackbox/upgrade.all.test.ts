/** What an upgrade asks of a running daemon. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pause } from '../../scripts/rig/until.ts';
import { onBox } from './box.ts';

test('SIGUSR2 ends the daemon when nobody types, and not before', { timeout: 60_000 }, async t => {
  const rig = await onBox(t, { slots: 1 });
  rig.type('4071');
  await pause(200);
  for (let times = 0; times < 2; times += 1) rig.daemon.child.kill('SIGUSR2');
  // Longer than a box would wait that nobody is at: what is typed is forgotten after 10 s.
  for (let keys = 0; keys < 3; keys += 1) {
    await pause(2_500);
    rig.type('8');
  }
  assert.ok(rig.daemon.running, 'somebody types');
  rig.type('*');
  const { code } = await rig.daemon.finished;
  assert.equal(code, 0);
});
