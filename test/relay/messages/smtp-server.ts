/** A real SMTP server that keeps what it gets; options make it refuse, stumble or speak TLS. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

const folder = mkdtempSync(join(tmpdir(), 'smartbox-mail-'));
const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
execFileSync(
  'openssl',
  [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...[
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=DNS:localhost',
      '-keyout',
      keyFile,
      '-out',
      certFile,
    ],
  ],
  { stdio: 'ignore' },
);
export const [key, cert] = [readFileSync(keyFile, 'utf8'), readFileSync(certFile, 'utf8')];
rmSync(folder, { recursive: true });

export interface Got {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
  readonly secure: boolean;
}

export interface Server {
  readonly port: number;
  readonly got: Got[];
  /** Cuts every connection. */
  hangUp(): void;
  close(): Promise<void>;
}

export async function serverWith(options: SMTPServerOptions): Promise<Server> {
  const got: Got[] = [];
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    key,
    cert,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        got.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          text: Buffer.concat(chunks).toString('utf8'),
          secure: session.secure,
        });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => {});
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const sockets = new Set<Socket>();
  server.server.on('connection', socket => sockets.add(socket));
  const hangUp = (): void => sockets.forEach(socket => void socket.destroy());
  // Left to itself the server waits half a minute for whoever keeps a connection.
  const close = (): Promise<void> =>
    new Promise(resolve => {
      server.close(() => resolve());
      hangUp();
    });
  return { port, got, hangUp, close };
}
