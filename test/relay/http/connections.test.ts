/** One address keeps nobody out: silent connections, half a request, bodies that never end. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { type TestContext, test } from 'node:test';
import { silent } from '../../../src/base/log.ts';
import { startServer } from '../../../src/relay/http/server.ts';

const max = 8;

const held = new WeakMap<TestContext, net.Socket[]>();

async function site(t: TestContext): Promise<number> {
  const server = await startServer({
    ...{ host: '127.0.0.1', port: 0, trustedProxies: [], isHttps: false, log: silent, connectionsMax: max },
    routes: app => {
      app.get('/', (_request, reply) => reply.send('here'));
      app.post('/', (_request, reply) => reply.send('taken'));
    },
  });
  const sockets: net.Socket[] = [];
  held.set(t, sockets);
  // In this order: a server that ends waits for what is under way.
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    return server.close();
  });
  return server.port;
}

/** Connections from one address that say this much and no more. */
async function hold(t: TestContext, port: number, localAddress: string, says: string): Promise<net.Socket[]> {
  const sockets = Array.from({ length: max }, () =>
    net.connect({ host: '127.0.0.1', port, localAddress }).on('error', () => {}),
  );
  held.get(t)?.push(...sockets);
  await Promise.all(sockets.map(socket => once(socket, 'connect')));
  for (const socket of sockets) socket.write(says);
  await new Promise(resolve => setTimeout(resolve, 100));
  return sockets;
}

const half: Readonly<Record<string, string>> = {
  'nothing at all': '',
  'half of its headers': 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow:',
  'a body that never ends':
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nContent-Length: 1000\r\n\r\na',
  'a request that was answered, and keeps its connection': 'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
};

for (const [name, says] of Object.entries(half))
  test(`whoever holds every connection by ${name} keeps no newcomer out, from elsewhere or from the same address`, async t => {
    const port = await site(t);
    await hold(t, port, '127.0.0.2', says);
    for (const localAddress of ['127.0.0.3', '127.0.0.2']) {
      const socket = net.connect({ host: '127.0.0.1', port, localAddress });
      socket.end('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
      const answer = await socket.toArray();
      assert.match(Buffer.concat(answer).toString(), /^HTTP\/1\.1 200 [\s\S]*here$/);
    }
  });

test('the busiest address loses a connection, not one that has a single one', async t => {
  const port = await site(t);
  const lone = net.connect({ host: '127.0.0.1', port, localAddress: '127.0.0.9' }).on('error', () => {});
  held.get(t)?.push(lone);
  await once(lone, 'connect');
  await hold(t, port, '127.0.0.2', '');
  lone.end('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  assert.match(Buffer.concat(await lone.toArray()).toString(), /^HTTP\/1\.1 200 /);
});
