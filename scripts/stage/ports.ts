import { once } from 'node:events';
import net from 'node:net';

export interface Port {
  readonly port: number;
  /** The one that was wanted is somebody else's. */
  readonly isOther: boolean;
}

/** The port that is wanted on the loopback, or any free one where that is taken. */
export async function portFor(wanted: number): Promise<Port> {
  const port = (await tried(wanted)) ?? (await tried(0));
  if (port === null) throw new Error('this machine has no free port');
  return { port, isOther: port !== wanted };
}

async function tried(wanted: number): Promise<number | null> {
  const server = net.createServer();
  server.listen(wanted, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return null;
  }
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : null;
}
