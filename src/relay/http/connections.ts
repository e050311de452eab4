/** HTTP connections, shared out among the addresses that they come from. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ConnectionShares } from '../../base/connection-shares.ts';
import { type Origin, originOf } from '../../base/origin.ts';

/**
 * Above `connectionsMax` a newcomer takes the place of the connection that the busiest address has had longest without a
 * request under way, or, where every one has a request under way, of the longest of those.
 */
export function shareConnections(server: Server, connectionsMax: number): void {
  const idle = new ConnectionShares<Socket>(connectionsMax);
  const busy = new ConnectionShares<Socket>(connectionsMax);
  const place = (of: Socket): Origin => originOf(of.remoteAddress);
  server.on('connection', (socket: Socket) => {
    if (idle.size + busy.size >= connectionsMax) (idle.evict() ?? busy.evict())?.destroy();
    idle.add(place(socket), socket);
    socket.once('close', () => {
      idle.delete(socket);
      busy.delete(socket);
    });
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    idle.delete(socket);
    busy.add(place(socket), socket);
    response.once('close', () => {
      busy.delete(socket);
      if (!socket.destroyed) idle.add(place(socket), socket);
    });
  });
}
