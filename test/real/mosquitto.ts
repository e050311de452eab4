/** Debian's Mosquitto as `broker-config` wants it: TLS for boxes, a password for each, an ACL; killed and started at will. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort, makeCertificates } from '../../scripts/rig/mosquitto-server.ts';
import type { Sections } from '../../scripts/rig/relay-rig.ts';
import { until } from '../../scripts/rig/until.ts';

const answers = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = net.connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

export class RealMosquitto {
  readonly folder: string;
  /** Where it listens. */
  readonly ports: { readonly boxes: number; readonly relay: number };
  readonly #ca: string;
  readonly #tls: { readonly certFile: string; readonly keyFile: string };
  #child: ChildProcess | null = null;

  private constructor(folder: string, ports: { readonly boxes: number; readonly relay: number }) {
    this.folder = folder;
    this.ports = ports;
    const { ca, cert, key } = makeCertificates(folder);
    this.#ca = ca;
    this.#tls = { certFile: cert, keyFile: key };
    writeFileSync(join(folder, 'relay.password'), 'made up for tests\n', { mode: 0o600 });
  }

  static async make(): Promise<RealMosquitto> {
    const folder = mkdtempSync(join(tmpdir(), 'smartbox-real-mosquitto-'));
    return new RealMosquitto(folder, { boxes: await freePort(), relay: await freePort() });
  }

  /** Sections of relay.yaml; `via`: ports of proxies before it. */
  sections(via: { readonly boxes: number; readonly relay: number } = this.ports): Sections {
    const { folder, ports } = this;
    const broker = {
      url: `mqtts://127.0.0.1:${via.relay}`,
      caFile: this.#ca,
      passwordFile: join(folder, 'relay.password'),
      boxes: { url: `mqtts://127.0.0.1:${via.boxes}`, caFile: this.#ca },
      mosquitto: {
        ...{ folder, dataFolder: folder, listen: `127.0.0.1:${ports.boxes}`, tls: this.#tls },
        ...{ pidFile: join(folder, 'mosquitto.pid'), runAs: userInfo().username },
      },
    };
    return { broker, mqtt: null };
  }

  /** With the files that `broker-config` has written. */
  async start(): Promise<void> {
    const child = spawn('mosquitto', ['-c', join(this.folder, 'mosquitto.conf')], { stdio: 'ignore' });
    this.#child = child;
    await until(
      'Mosquitto',
      async () => (await answers(this.ports.boxes)) && (await answers(this.ports.relay)),
    );
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
