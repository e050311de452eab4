import net from 'node:net';
import tls from 'node:tls';
import { codeOf, Fault, reasonOf } from '../../base/fault.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Certificate with its chain, and key, as PEM. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

export interface Listener {
  readonly host: string;
  readonly port: number;
  /** Takes no more connections and cuts those that there are. */
  close(): Promise<void>;
}

/** Connections that wait to be taken: a fleet that lost its broker comes back at once, and who is not let in waits a second. */
const backlogMax = 4_096;
/** A connection that has not shown who it is by then is cut (TLS included). */
const handshakeMaxMs = 10_000;

/** @throws Fault `listen-taken` or `listen-failed`, which name the setting */
export async function listen(
  options: ListenOptions,
  connectionsMax: number,
  connection: (socket: net.Socket) => void,
): Promise<Listener> {
  const open = new Set<net.Socket>();
  const server = makeServer(options, socket => {
    // Until somebody else listens; an unheard error would end the process.
    socket.on('error', () => {});
    connection(socket);
  });
  server.maxConnections = connectionsMax;
  server.on('connection', (socket: net.Socket) => {
    open.add(socket.on('close', () => open.delete(socket)));
  });
  await begin(server, options);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  const close = async (): Promise<void> => {
    const closed = new Promise<void>(resolve => server.close(() => resolve()));
    for (const socket of open) socket.destroy();
    await closed;
  };
  return { host: options.host, port, close };
}

function makeServer({ tls: secured }: ListenOptions, connection: (socket: net.Socket) => void): net.Server {
  const plain = { noDelay: true, keepAlive: true };
  if (secured === undefined) return net.createServer(plain, connection);
  try {
    const options = {
      ...plain,
      ...secured,
      minVersion: 'TLSv1.2' as const,
      handshakeTimeout: handshakeMaxMs,
    };
    return tls.createServer(options, connection);
  } catch (error) {
    const hint = 'mqtt.tls wants a certificate and its key as PEM.';
    throw new Fault(
      'listen-failed',
      `the broker's certificate cannot be used: ${reasonOf(error)}`,
      hint,
      error,
    );
  }
}

function begin(server: net.Server, { host, port }: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', error => {
      const taken = codeOf(error) === 'EADDRINUSE';
      const message = taken ? `port ${port} on ${host} is taken` : `cannot listen: ${reasonOf(error)}`;
      const hint = 'Set mqtt.listen to another address, or stop what listens there.';
      reject(new Fault(taken ? 'listen-taken' : 'listen-failed', message, hint, error));
    });
    server.listen({ host, port, backlog: backlogMax }, () => {
      server.removeAllListeners('error');
      // What a running listener complains of is one connection that could not be taken.
      server.on('error', () => {});
      resolve();
    });
  });
}
