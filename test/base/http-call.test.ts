/** One HTTP call, to servers that behave in every way. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { seconds } from '../../src/base/brand.ts';
import { callHttp, type HttpCall, HttpCallError } from '../../src/base/http-call.ts';
import { FakeTime } from '../fake-time.ts';

const bounds = { method: 'GET', withinMs: seconds(20), answerMaxBytes: 1_000, longer: 'refused' } as const;

async function served(t: TestContext, answer: RequestListener): Promise<URL> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/a?b=1`);
}

const failsAs = (reason: HttpCallError['reason']) => (error: unknown) =>
  error instanceof HttpCallError && error.reason === reason;

test('what is sent arrives, and the answer is what was said', async t => {
  const url = await served(t, async (request, response) => {
    const pieces = await request.setEncoding('utf8').toArray();
    const told = [request.method, request.url, request.headers['x-a'], request.headers['content-length']];
    response.writeHead(201, { 'X-B': 'b' }).end(JSON.stringify([...told, pieces.join('')]));
  });
  const call: HttpCall = { ...bounds, method: 'PATCH', url, headers: { 'X-A': 'a' }, body: 'é' };
  const { status, headers, text } = await callHttp(call);
  assert.deepEqual([status, headers['x-b']], [201, 'b']);
  assert.deepEqual(JSON.parse(text), ['PATCH', '/a?b=1', 'a', '2', 'é']);
});

test('a redirect is an answer like another', async t => {
  const url = await served(t, (_, response) => response.writeHead(302, { location: '/elsewhere' }).end());
  assert.equal((await callHttp({ ...bounds, url })).status, 302);
});

test('an answer that is too long is refused, or cut off where the caller says so', async t => {
  const url = await served(t, (_, response) => response.end('x'.repeat(1_000_000)));
  await assert.rejects(callHttp({ ...bounds, url }), failsAs('too-large'));
  const { status, text } = await callHttp({ ...bounds, url, longer: 'cut' });
  assert.equal(status, 200);
  assert.ok(text.length <= bounds.answerMaxBytes);
});

test('an answer that breaks off is none', async t => {
  const url = await served(t, (request, response) => {
    response.writeHead(200, { 'content-length': '10' }).write('half');
    setImmediate(() => request.socket.destroy());
  });
  await assert.rejects(callHttp({ ...bounds, url }), failsAs('broken-off'));
});

const stills: readonly (readonly [when: string, begin: (response: ServerResponse) => unknown])[] = [
  ['before its first byte', () => {}],
  ['in its midst', response => response.writeHead(200).write('half')],
];

for (const [when, begin] of stills)
  test(`an answer that stands still ${when} is waited for as long as was said`, async t => {
    const time = new FakeTime();
    const asked = Promise.withResolvers<void>();
    const url = await served(t, (_, response) => {
      begin(response);
      asked.resolve();
    });
    const call = callHttp({ ...bounds, url, time });
    await asked.promise;
    time.advance(19_999);
    assert.equal(time.armed, 1);
    time.advance(1);
    await assert.rejects(call, failsAs('late'));
    assert.equal(time.armed, 0);
  });

test('what ends a call otherwise is its error: the connection, the name, the signal', async t => {
  const url = await served(t, request => request.socket.destroy());
  await assert.rejects(callHttp({ ...bounds, url }), { code: 'ECONNRESET' });
  const refused = new Error('not there');
  const lookup: HttpCall['lookup'] = (_name, _options, done) => done(refused, '', 0);
  await assert.rejects(callHttp({ ...bounds, url: new URL('http://inside.test/'), lookup }), refused);
  const signal = AbortSignal.abort();
  await assert.rejects(callHttp({ ...bounds, url, signal }), { name: 'AbortError' });
});

test('an agent keeps the connection; without one it ends with the call', async t => {
  const sockets = new Set<unknown>();
  const url = await served(t, (request, response) => {
    sockets.add(request.socket);
    response.end();
  });
  const agent = new Agent({ keepAlive: true });
  t.after(() => agent.destroy());
  for (let call = 0; call < 2; call += 1) await callHttp({ ...bounds, url, agent });
  assert.equal(sockets.size, 1);
  for (let call = 0; call < 2; call += 1) await callHttp({ ...bounds, url });
  assert.equal(sockets.size, 3);
});
