import net from 'node:net';
import tls from 'node:tls';
import { ConnectionShares } from '../../base/connection-shares.ts';
import { codeOf, Fault, reasonOf } from '../../base/fault.ts';
import { originOf } from '../../base/origin.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Certificate with its chain, and key, as PEM. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

interface ListenLimits {
  /** Open connections of those who have shown who they are. */
  readonly connections: number;
  /** And of those who have not, TLS handshakes included. */
  readonly strangers: number;
}

export interface Listener {
  readonly host: string;
  readonly port: number;
  /** Its owner has shown who it is: it takes no stranger's place any more. */
  admitted(socket: net.Socket): void;
  /** With this certificate and key from now on; connections that are open stay. @throws Error where they cannot be used */
  serve(pair: { readonly cert: string; readonly key: string }): void;
  /** Takes no more connections and cuts those that there are. */
  close(): Promise<void>;
}

/** Connections that wait to be taken: a fleet that lost its broker comes back at once, and who is not let in waits a second. */
const backlogMax = 4_096;
/** A connection that has not shown who it is by then is cut (TLS included). */
const handshakeMaxMs = 10_000;
const tlsMin = 'TLSv1.2' as const;

/** The same for a TLS socket and for the plain one beneath it. */
const peerOf = ({ remoteAddress, remotePort }: net.Socket): string => `${remoteAddress} ${remotePort}`;

/** @throws Fault `listen-taken` or `listen-failed`, which name the setting */
export async function listen(
  options: ListenOptions,
  { connections, strangers: strangersMax }: ListenLimits,
  connection: (socket: net.Socket) => void,
): Promise<Listener> {
  const open = new Set<net.Socket>();
  const strangers = new ConnectionShares<string>(strangersMax);
  const waiting = new Map<string, net.Socket>();
  const left = (peer: string): void => {
    strangers.delete(peer);
    waiting.delete(peer);
  };
  const server = makeServer(options, socket => {
    // Until somebody else listens; an unheard error would end the process.
    socket.on('error', () => {});
    connection(socket);
  });
  server.maxConnections = connections + strangersMax;
  // Before the listener that `makeServer` has added: whoever loses its place is gone before the newcomer is served.
  server.prependListener('connection', (socket: net.Socket) => {
    const peer = peerOf(socket);
    open.add(socket);
    const loser = strangers.add(originOf(socket.remoteAddress), peer);
    if (loser !== null) {
      waiting.get(loser)?.destroy();
      waiting.delete(loser);
    }
    waiting.set(peer, socket);
    socket.on('close', () => {
      open.delete(socket);
      // Another connection of the same address and port may have come meanwhile.
      if (waiting.get(peer) === socket) left(peer);
    });
  });
  await begin(server, options);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  const close = async (): Promise<void> => {
    const closed = new Promise<void>(resolve => server.close(() => resolve()));
    for (const socket of open) socket.destroy();
    await closed;
  };
  const serve: Listener['serve'] = ({ cert, key }) => {
    if (server instanceof tls.Server) server.setSecureContext({ cert, key, minVersion: tlsMin });
  };
  return { host: options.host, port, admitted: socket => left(peerOf(socket)), serve, close };
}

function makeServer({ tls: secured }: ListenOptions, connection: (socket: net.Socket) => void): net.Server {
  const plain = { noDelay: true, keepAlive: true };
  if (secured === undefined) return net.createServer(plain, connection);
  try {
    const options = {
      ...plain,
      ...secured,
      minVersion: tlsMin,
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
