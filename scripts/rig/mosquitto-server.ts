import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import {
  type MosquittoSettings,
  mosquittoAcl,
  mosquittoConfig,
  mosquittoFile,
  mosquittoPasswords,
} from '../../src/relay/broker/mosquitto.ts';
import { hashPassword } from '../../src/relay/broker/password.ts';
import { boxHashes } from './broker-boxes.ts';
import { until } from './until.ts';

/** Why tests with a real Mosquitto are skipped; false: they are not. */
export const withoutMosquitto: string | false =
  spawnSync('mosquitto', ['-h']).error === undefined ? false : 'mosquitto is not installed';

export const relayUser = 'smartbox_relay';
/** Made up for tests. */
export const relayPassword = 'relay-password';
export const relayHash: string = hashPassword(relayPassword);

export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await new Promise(resolve => server.close(resolve));
  return port;
}

/** A certificate for `127.0.0.1` and `broker.test`, by an authority of its own. */
export function makeCertificates(folder: string): {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
} {
  const [ca, cert, key] = [join(folder, 'ca.pem'), join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const [caKey, request, extensions] = [
    join(folder, 'ca.key'),
    join(folder, 'cert.csr'),
    join(folder, 'ext'),
  ];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout'];
  const openssl = (...args: string[]): unknown => execFileSync('openssl', args, { stdio: 'pipe' });
  openssl('req', '-x509', ...curve, caKey, '-out', ca, '-days', '2', '-subj', '/CN=SmartBox test authority');
  openssl('req', ...curve, key, '-out', request, '-subj', '/CN=broker.test');
  writeFileSync(extensions, 'subjectAltName=DNS:broker.test,IP:127.0.0.1\n');
  const signing = ['-CA', ca, '-CAkey', caKey, '-CAcreateserial', '-days', '2', '-extfile', extensions];
  openssl('x509', '-req', '-in', request, ...signing, '-out', cert);
  return { ca, cert, key };
}

/** A real Mosquitto on ports of its own, run with the files that `broker-config` writes. */
export class MosquittoServer {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'smartbox-mosquitto-'));
  readonly settings: MosquittoSettings;
  #process: ChildProcess | null = null;
  output = '';

  private constructor(ports: { boxes: number; relay: number }, secured: boolean) {
    const pem = secured ? makeCertificates(this.folder) : null;
    const tls = pem === null ? null : { certFile: pem.cert, keyFile: pem.key };
    const host = '127.0.0.1';
    this.settings = {
      ...{ folder: this.folder, dataFolder: this.folder, relayUser, runAs: userInfo().username },
      pidFile: join(this.folder, 'mosquitto.pid'),
      boxes: { host, port: ports.boxes, tls, connectionsMax: 5_000 },
      relay: { host, port: ports.relay, tls: null, connectionsMax: 64 },
    };
  }

  static async start(options: { readonly secured?: boolean } = {}): Promise<MosquittoServer> {
    const ports = { boxes: await freePort(), relay: await freePort() };
    const server = new MosquittoServer(ports, options.secured ?? false);
    server.write(mosquittoFile.config, mosquittoConfig(server.settings));
    server.write(mosquittoFile.acl, mosquittoAcl(relayUser));
    const relay = { user: relayUser, hash: relayHash };
    server.write(mosquittoFile.passwords, mosquittoPasswords(relay, boxHashes));
    await server.run();
    return server;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, text: string): void {
    writeFileSync(this.path(name), text, { mode: 0o640 });
  }

  async run(): Promise<void> {
    const child = spawn('mosquitto', ['-c', this.path(mosquittoFile.config)], { stdio: 'pipe' });
    this.#process = child;
    // A test file that dies must not leave a broker behind.
    const reap = (): boolean => child.kill('SIGKILL');
    process.once('exit', reap);
    child.once('exit', () => process.off('exit', reap));
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', chunk => {
        this.output += chunk;
      });
    const ready = async (): Promise<boolean> => {
      if (child.exitCode !== null) throw new Error(`mosquitto ended: ${this.output}`);
      return (await reachable(this.settings.boxes.port)) && reachable(this.settings.relay.port);
    };
    await until('mosquitto', ready);
  }

  async kill(): Promise<void> {
    const child = this.#process;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const reachable = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = net.connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
