/** Whom a request counts for, behind which proxies, and that nothing else reads a request's address. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { silent } from '../../../src/base/log.ts';
import { requestOrigin } from '../../../src/relay/http/request-origin.ts';
import { startServer } from '../../../src/relay/http/server.ts';

interface Seen {
  readonly origin: string;
  readonly untrusted: readonly string[];
}

async function seen(t: TestContext, trustedProxies: readonly string[], forwarded?: string): Promise<Seen> {
  const untrusted: string[] = [];
  const server = await startServer({
    ...{ host: '127.0.0.1', port: 0, trustedProxies, isHttps: false, log: silent },
    untrustedProxy: address => untrusted.push(address),
    routes: app => app.get('/', (request, reply) => reply.send(requestOrigin(request))),
  });
  t.after(() => server.close());
  const headers: Record<string, string> = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  const origin = await (await fetch(`http://127.0.0.1:${server.port}/`, { headers })).text();
  return { origin, untrusted };
}

test('without a proxy the connection says who calls', async t =>
  assert.deepEqual(await seen(t, []), { origin: '127.0.0.1', untrusted: [] }));

test('a header that no trusted proxy sends is not believed, and is told', async t => {
  for (const networks of [[], ['10.0.0.0/8'], ['192.0.2.1', 'fd00::/8']])
    assert.deepEqual(await seen(t, networks, '192.0.2.7'), {
      origin: '127.0.0.1',
      untrusted: ['127.0.0.1'],
    });
});

test('the proxies of the networks that are named are believed', async t => {
  for (const networks of [['127.0.0.0/8'], ['127.0.0.1'], ['10.0.0.0/8', '127.0.0.0/8', '::1']])
    assert.deepEqual(await seen(t, networks, '192.0.2.7'), { origin: '192.0.2.7', untrusted: [] });
});

test('of a chain of proxies the last one that is not ours counts, not what the caller wrote before it', async t => {
  const { origin } = await seen(t, ['127.0.0.0/8', '10.0.0.0/8'], '203.0.113.9, 192.0.2.7, 10.1.2.3');
  assert.equal(origin, '192.0.2.7');
});

test('addresses of one IPv6 /64 count as one caller', async t => {
  const { origin } = await seen(t, ['127.0.0.0/8'], '2001:db8:1:2:aaaa::1');
  assert.equal(origin, (await seen(t, ['127.0.0.0/8'], '2001:db8:1:2:bbbb::2')).origin);
});

test('a proxy that writes the port of its caller, or the same address in another way, makes no callers more', async t => {
  const proxies = ['127.0.0.0/8', '10.0.0.0/8', 'fd00::/8'];
  const ways = ['192.0.2.7', '192.0.2.7:4711', '192.0.2.7:4712', '::ffff:c000:207', '[::ffff:192.0.2.7]:80'];
  const chains = ['192.0.2.7:1, 10.0.0.3:8080', '192.0.2.7, [fd00::3]:443', '192.0.2.7, ::ffff:10.0.0.3'];
  for (const forwarded of [...ways, ...chains])
    assert.deepEqual(await seen(t, proxies, forwarded), { origin: '192.0.2.7', untrusted: [] }, forwarded);
});

test('whom a proxy cannot name counts as the proxy', async t => {
  for (const forwarded of ['unknown', '_hidden1', '_hidden2', '', '300.1.1.1', '192.0.2.7, unknown'])
    assert.equal((await seen(t, ['127.0.0.0/8'], forwarded)).origin, '127.0.0.1', forwarded);
});

test('no limit reads a request’s address by itself', () => {
  const root = join(import.meta.dirname, '../../../src/relay/http');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'));
  assert.ok(files.length > 40);
  const readers = files.filter(file =>
    /\brequest\.ips?\b|\{ ip\b|\bremoteAddress\b/.test(readFileSync(join(root, file), 'utf8')),
  );
  assert.deepEqual(readers.sort(), ['connections.ts', 'request-origin.ts']);
});
