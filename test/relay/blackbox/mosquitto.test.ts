/** The whole over a real Mosquitto that runs with the files of `broker-config`: TLS for boxes, killed and started again. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { until } from '../../blackbox/until.ts';
import { freePort, makeCertificates, withoutMosquitto } from '../broker/mosquitto-server.ts';
import { RelayRig } from './relay-rig.ts';
import { becomes, booked, enrolled, tour } from './stage.ts';

const answers = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = net.connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

/** Started with the folder's files; gone with the test. */
async function mosquitto(t: TestContext, folder: string, port: number): Promise<() => Promise<void>> {
  const child = spawn('mosquitto', ['-c', join(folder, 'mosquitto.conf')], { stdio: 'ignore' });
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  t.after(kill);
  await until('Mosquitto', () => answers(port));
  return kill;
}

test('boxes come over TLS to a Mosquitto that knows them as they enrol', {
  skip: withoutMosquitto,
}, async t => {
  const folder = mkdtempSync(join(tmpdir(), 'smartbox-broker-config-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [boxes, relay] = [await freePort(), await freePort()];
  const { ca, cert, key } = makeCertificates(folder);
  writeFileSync(join(folder, 'relay.password'), 'made up for tests\n', { mode: 0o600 });
  const broker = {
    url: `mqtt://127.0.0.1:${relay}`,
    passwordFile: join(folder, 'relay.password'),
    boxes: { url: `mqtts://127.0.0.1:${boxes}`, caFile: ca },
    mosquitto: {
      ...{ folder, dataFolder: folder, listen: `127.0.0.1:${boxes}`, runAs: userInfo().username },
      tls: { certFile: cert, keyFile: key },
      pidFile: join(folder, 'mosquitto.pid'),
    },
  };
  let kill = async (): Promise<void> => {};
  const whole = await enrolled(t, { broker, mqtt: null }, async rig => {
    const printed = await rig.must(['broker-config', 'mosquitto']);
    assert.match(printed, /^set_tcp_nodelay true$/m);
    assert.equal(printed, readFileSync(join(folder, 'mosquitto.conf'), 'utf8').trim());
    kill = await mosquitto(t, folder, relay);
  });
  await tour(whole);
  await kill();
  await mosquitto(t, folder, relay);
  await becomes(whole, await booked(whole, 2), 'on-box');
});

test('without a section broker, the files are for this machine, and the section is said', async t => {
  const rig = new RelayRig();
  t.after(() => rig.dispose());
  const { code, stdout, stderr } = await rig.verb(['broker-config', 'mosquitto']);
  assert.equal(code, 0);
  assert.match(stdout, /^listener 1883 127\.0\.0\.1$/m);
  assert.match(stderr, /broker:\n {2}url: mqtt:\/\/127\.0\.0\.1:1884\n/);
  const section = stderr.slice(stderr.indexOf('broker:'), stderr.lastIndexOf('\nPut this'));
  writeFileSync(rig.configFile, `data: ${rig.data}\n${section}\n`);
  const checked = await rig.verb(['doctor']);
  assert.match(checked.stdout, /bad: nothing listens at mqtt:\/\/127\.0\.0\.1:1884/, checked.stderr);
});
