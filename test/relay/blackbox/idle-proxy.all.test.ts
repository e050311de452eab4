/** A real box whose way to its relay leads through a proxy that cuts what is silent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort } from '../../../scripts/rig/mosquitto-server.ts';
import { pause } from '../../../scripts/rig/until.ts';
import { IdleProxy } from './idle-proxy.ts';
import { becomes, booked, enrolled } from './stage.ts';

const silenceMs = 8_000;

test('a proxy that cuts after 8 s of silence cuts a box a few times, and then no more', async t => {
  const proxy = await new IdleProxy(silenceMs).listen();
  t.after(() => proxy.close());
  const port = await freePort();
  proxy.target = port;
  const whole = await enrolled(t, {
    mqtt: { listen: `127.0.0.1:${port}`, url: `mqtt://127.0.0.1:${proxy.port}` },
  });
  // Three silences teach it, whatever the load of this machine does to their ages.
  await pause(4.5 * silenceMs);
  const cuts = proxy.cuts.length;
  assert.ok(cuts >= 1 && cuts <= 4, `${cuts} cuts`);
  await pause(4 * silenceMs);
  assert.ok(proxy.cuts.length <= Math.max(cuts, 3), `${proxy.cuts.length} cuts, ${cuts} while it learnt`);
  const booking = await booked(whole, 1);
  await becomes(whole, booking, 'on-box');
  const { stdout } = await whole.box.cli(['status', '--json']);
  assert.equal((JSON.parse(stdout) as { sync: { link: string } }).sync.link, 'up');
});
