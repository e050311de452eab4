import type { X509Certificate } from 'node:crypto';
import net from 'node:net';
import tls from 'node:tls';

const connectWithinMs = 3_000;

/** Gives the certificate that is served there, believed or not; null: nobody answers there by TLS within three seconds. */
export function peerCertificate(host: string, port: number): Promise<X509Certificate | null> {
  return new Promise(resolve => {
    const name = net.isIP(host) === 0 ? { servername: host } : {};
    // Only looked at: nothing is sent.
    const socket = tls.connect({ host, port, rejectUnauthorized: false, ...name });
    const end = (seen: X509Certificate | null): void => {
      socket.destroy();
      resolve(seen);
    };
    socket
      .setTimeout(connectWithinMs, () => end(null))
      .once('secureConnect', () => end(socket.getPeerX509Certificate() ?? null))
      .once('error', () => end(null));
  });
}
