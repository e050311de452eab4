import { createServer, type Server, type Socket } from 'node:net';
import { Fault, reasonOf } from '../../base/fault.ts';
import type { BoxHandle } from '../ports.ts';
import { Connection, type Operations } from './connection.ts';
import { clearPath, setRights } from './socket-path.ts';

/** Clients at one time; the next one is told so and let go. */
export const connectionsMax = 32;

export interface Control {
  /** Hangs up on everybody and removes the socket. Safe to call twice. */
  close(): Promise<void>;
}

interface ControlOptions {
  readonly path: string;
  readonly box: BoxHandle;
  /** The operations, loaded when the first client asks: nothing of them delays a start. */
  readonly operations?: () => Promise<Operations>;
}

const allOperations = async (): Promise<Operations> => (await import('./operations.ts')).operations;

/**
 * Listens for `smartbox` on a Unix socket.
 * @throws Fault `not-a-socket`, `socket-in-use`, `socket-folder`, `socket-listen`
 */
export async function openControl(options: ControlOptions): Promise<Control> {
  const { path, box } = options;
  await clearPath(path);
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, socket => {
    if (open.size >= connectionsMax) {
      turnAway(socket);
      return;
    }
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    void new Connection(socket, box).serve(options.operations ?? allOperations);
  });
  await listen(server, path);
  setRights(path, box.log);
  server.on('error', error => box.log.error({ reason: reasonOf(error) }, 'control socket'));
  return {
    close: () =>
      new Promise(resolve => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void =>
      reject(new Fault('socket-listen', `${path}: ${reasonOf(error)}`, 'Check `control:`.', error));
    server.once('error', fail);
    server.listen(path, () => {
      server.off('error', fail);
      resolve();
    });
  });
}

function turnAway(socket: Socket): void {
  const busy = new Fault('busy', `${connectionsMax} clients are being served`, 'Ask again in a moment.');
  socket.on('error', () => socket.destroy());
  socket.end(`${JSON.stringify({ error: busy })}\n`, () => socket.destroy());
}
