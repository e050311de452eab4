/** The whole over a real Mosquitto that runs with the files of `broker-config`: TLS for boxes, killed and started again. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { freePort, makeCertificates, withoutMosquitto } from '../../../scripts/rig/mosquitto-server.ts';
import { RelayRig } from '../../../scripts/rig/relay-rig.ts';
import { until } from '../../../scripts/rig/until.ts';
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

/** Where a Mosquitto that becomes another user can come to. */
function openFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'smartbox-broker-open-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o755);
  return join(folder, 'smartbox');
}

test('without a section broker, the files are for this machine, and the section is said', async t => {
  const rig = new RelayRig();
  t.after(() => rig.dispose());
  const { code, stdout, stderr } = await rig.verb(['broker-config', 'mosquitto', '--folder', openFolder(t)]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^listener 1883 127\.0\.0\.1$/m);
  assert.match(stderr, /broker:\n {2}url: mqtt:\/\/127\.0\.0\.1:1884\n/);
  writeFileSync(rig.configFile, `data: ${rig.data}\n${sectionIn(stderr)}\n`);
  const checked = await rig.verb(['doctor']);
  assert.match(checked.stdout, /bad: nothing listens at mqtt:\/\/127\.0\.0\.1:1884/, checked.stderr);
});

test('a folder that Mosquitto cannot come to is refused, with another one named', {
  skip: withoutMosquitto || (process.getuid?.() !== 0 && 'only root has files for another user'),
}, async t => {
  const rig = new RelayRig();
  t.after(() => rig.dispose());
  await rig.must(['setup', '--data', rig.data]);
  const { code, stderr } = await rig.verb(['broker-config', 'mosquitto']);
  assert.equal(code, 1);
  assert.match(stderr, /user mosquitto, cannot come to [\s\S]* is closed to it \(broker-folder\)/);
  assert.match(stderr, /--folder \/etc\/mosquitto\/smartbox/);
});

const sectionIn = (said: string): string =>
  said.slice(said.indexOf('broker:'), said.lastIndexOf('\nPut this'));

/** As docs/relay.md says: setup, broker-config, its section into the file of setup, Mosquitto, relay. Only the ports are other ones. */
test('the manual’s way to an outside Mosquitto works as it is written, also for a box that comes while it runs', {
  skip: withoutMosquitto,
}, async t => {
  const [boxes, relay, folder] = [await freePort(), await freePort(), openFolder(t)];
  const ports = (text: string): string => text.replaceAll('1883', `${boxes}`).replaceAll('1884', `${relay}`);
  await enrolled(t, {}, async rig => {
    rmSync(rig.configFile);
    await rig.must(['setup', '--data', rig.data]);
    const { stderr } = await rig.verb(['broker-config', 'mosquitto', '--folder', folder]);
    const config = readFileSync(rig.configFile, 'utf8').replace('127.0.0.1:8080', '127.0.0.1:0');
    writeFileSync(rig.configFile, `${config}\n${ports(sectionIn(stderr))}\n`);
    const again = await rig.verb(['broker-config', 'mosquitto']);
    assert.equal(again.code, 0, again.stderr);
    await mosquitto(t, folder, relay);
  }).then(async whole => {
    await tour(whole);
    const { text } = await whole.relay.ask('GET', '/api/v1/problems', { token: whole.token });
    assert.doesNotMatch(text, /mosquitto-not-told/);
  });
});

test('a Mosquitto that nobody tells is a Problem that says what to do, and goes when the box has come', {
  skip: withoutMosquitto,
}, async t => {
  const folder = mkdtempSync(join(tmpdir(), 'smartbox-broker-untold-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [boxes, port] = [await freePort(), await freePort()];
  const broker = {
    url: `mqtt://127.0.0.1:${port}`,
    passwordFile: join(folder, 'relay.password'),
    boxes: { url: `mqtt://127.0.0.1:${boxes}` },
    mosquitto: {
      ...{ folder, dataFolder: folder, listen: `127.0.0.1:${boxes}`, runAs: userInfo().username },
      pidFile: join(folder, 'elsewhere.pid'),
    },
  };
  const whole = await enrolled(t, { broker, mqtt: null }, async rig => {
    await rig.must(['broker-config', 'mosquitto']);
    const conf = join(folder, 'mosquitto.conf');
    writeFileSync(conf, readFileSync(conf, 'utf8').replace('elsewhere.pid', 'mosquitto.pid'));
    await mosquitto(t, folder, port);
  });
  const problems = async (): Promise<string> =>
    (await whole.relay.ask('GET', '/api/v1/problems', { token: whole.token })).text;
  await until('the Problem', async () => (await problems()).includes('mosquitto-not-told'));
  assert.match(await problems(), /systemctl reload mosquitto/);
  process.kill(Number(readFileSync(join(folder, 'mosquitto.pid'), 'utf8')), 'SIGHUP');
  await becomes(whole, await booked(whole, 1), 'on-box');
  await until('the Problem to go', async () => !(await problems()).includes('mosquitto-not-told'), 45_000);
});
