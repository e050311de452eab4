/** Debian's Mosquitto with the files that `broker-config` writes for the boxes of the fleet. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../rig/mosquitto-server.ts';
import type { RelayRig } from '../rig/relay-rig.ts';
import { until } from '../rig/until.ts';
import type { Broker } from './fleet.ts';

const answers = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = net.connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

export async function mosquittoBroker(): Promise<Broker> {
  const folder = mkdtempSync(join(tmpdir(), 'smartbox-bench-mosquitto-'));
  const [port, relay] = [await freePort(), await freePort()];
  writeFileSync(join(folder, 'relay.password'), 'made up for a bench\n', { mode: 0o600 });
  const broker = {
    url: `mqtt://127.0.0.1:${relay}`,
    passwordFile: join(folder, 'relay.password'),
    boxes: { url: `mqtt://127.0.0.1:${port}` },
    mosquitto: {
      ...{ folder, dataFolder: folder, listen: `127.0.0.1:${port}`, runAs: userInfo().username },
      pidFile: join(folder, 'mosquitto.pid'),
    },
  };
  let child: ChildProcess | null = null;
  return {
    port,
    sections: { broker, mqtt: null },
    start: async (rig: RelayRig) => {
      await rig.must(['broker-config', 'mosquitto']);
      child = spawn('mosquitto', ['-c', join(folder, 'mosquitto.conf')], { stdio: 'ignore' });
      await until('Mosquitto', () => answers(port));
    },
    pid: () => child?.pid ?? null,
    stop: async () => {
      if (child !== null && child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
