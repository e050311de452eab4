import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type MonoMs, mono, wall } from '../../../src/base/brand.ts';
import type { Operation } from '../../../src/box/control/call.ts';
import { connectionsMax, openControl } from '../../../src/box/control/server.ts';
import type { Time } from '../../../src/box/ports.ts';
import { FakeBox } from './fake-box.ts';
import { goodArgs } from './good-args.ts';

/** The machine's clock, so much faster. */
const fast = (factor: number): Time => ({
  mono: () => mono(performance.now() * factor),
  wall: () => wall(Date.now()),
  at: (at: MonoMs, wake: () => void) => {
    const timer = setTimeout(wake, Math.max(0, at / factor - performance.now()) + 1);
    return () => clearTimeout(timer);
  },
});

async function opened(t: TestContext, options: { operations?: Map<string, Operation>; time?: Time } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'smartbox-control-'));
  const path = join(dir, 'run', 'control.sock');
  const box = new FakeBox(options.time === undefined ? {} : { time: options.time });
  const { operations } = options;
  const control = await openControl({
    path,
    box,
    ...(operations ? { operations: async () => operations } : {}),
  });
  t.after(async () => {
    await control.close();
    rmSync(dir, { recursive: true, force: true });
  });
  return { path, box, control, dir };
}

/** Everything the daemon says to somebody who sends these bytes, until it hangs up. */
function converse(path: string, ...parts: readonly (string | Buffer)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let said = '';
    socket.on('data', chunk => {
      said += chunk.toString('utf8');
    });
    socket.on('error', error => (said === '' ? reject(error) : resolve(said)));
    socket.on('close', () => resolve(said));
    for (const part of parts) socket.write(part);
  });
}

const request = (op: string, more: object = {}): string =>
  `${JSON.stringify({ version: 1, op, args: {}, who: 'jan', why: null, ...more })}\n`;

const lastOf = (said: string): { readonly error?: { readonly code: string }; readonly done?: unknown } =>
  JSON.parse(said.trimEnd().split('\n').at(-1) ?? 'null');

test('the socket is 0660 in a folder that the daemon made, greets, and goes away at the end', async t => {
  const { path, control } = await opened(t);
  assert.equal(statSync(path).mode & 0o777, 0o660);
  const said = await converse(path, request('slots'));
  const [hello, done] = said
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
  assert.deepEqual(hello, {
    hello: { version: 1, program: '9.9.9', box: 'test-box', timezone: 'Europe/Amsterdam' },
  });
  assert.equal(done.done.length, 3);
  await control.close();
  assert.throws(() => statSync(path), { code: 'ENOENT' });
});

const hostile: readonly (readonly [string, readonly (string | Buffer)[], string])[] = [
  ['garbage', [Buffer.from([0, 255, 1, 10])], 'bad-request'],
  ['no object', ['17\n'], 'bad-request'],
  ['another version', [request('slots', { version: 2 })], 'version'],
  ['an unknown operation', [request('explode')], 'unknown-operation'],
  ['a name from the prototype', [request('__proto__')], 'unknown-operation'],
  ['an unknown member', [request('slots', { secret: 1 })], 'bad-request'],
  ['who with half a character', [request('slots', { who: 'a\ud800' })], 'bad-request'],
  ['who with a newline', [request('slots', { who: 'a\nb' })], 'bad-request'],
  ['who without end', [request('slots', { who: 'a'.repeat(65) })], 'bad-request'],
  ['args that are a list', [request('slots', { args: [] })], 'bad-request'],
  [
    'a misspelt arg',
    [request('lockdown', { args: { on: true, untill: '2030-01-01T00:00:00Z' } })],
    'bad-request',
  ],
  ['a line without end', ['x'.repeat(70_000)], 'line-too-long'],
  ['too many rows', [request('bookings.import', { rows: 100_001 })], 'too-many-rows'],
  ['rows that are no JSON', [request('bookings.import', { rows: 1 }), '{"a":\n'], 'bad-request'],
  [
    'a row without end',
    [request('bookings.import', { rows: 1 }), `"${'x'.repeat(70_000)}"\n`],
    'line-too-long',
  ],
];

for (const [name, parts, code] of hostile) {
  test(`a client that sends ${name} is told so, and the next one is served`, async t => {
    const { path } = await opened(t);
    assert.equal(lastOf(await converse(path, ...parts)).error?.code, code);
    assert.ok(lastOf(await converse(path, request('slots'))).done);
  });
}

for (const op of [
  'open',
  'open-all',
  'bookings.add',
  'keys.learn',
  'test.lock',
  'audit.fix',
  'serial.record',
]) {
  test(`${op} without a why is refused by the daemon too`, async t => {
    const { path, box } = await opened(t);
    const args = goodArgs[op] ?? {};
    assert.equal(lastOf(await converse(path, request(op, { args }))).error?.code, 'why-missing');
    assert.ok(box.state().slots.every(slot => slot.opening === null));
  });
}

test('rows that are never read stay with their client', async t => {
  const waits: Operation = call =>
    new Promise(resolve => call.gone.addEventListener('abort', () => resolve(null)));
  const { path } = await opened(t, { operations: new Map([['waits', waits]]) });
  const socket = connect(path);
  socket.on('error', () => {});
  socket.write(request('waits', { rows: 100_000 }));
  const row = `"${'x'.repeat(1_000)}"\n`.repeat(1_000);
  for (let n = 0; n < 8; n += 1) socket.write(row);
  await new Promise(resolve => setTimeout(resolve, 200));
  assert.ok(socket.writableLength > 4_000_000, `${socket.writableLength} bytes wait at the client`);
  socket.destroy();
});

test('rows beyond 64 MiB are refused', async t => {
  const reads: Operation = async call => {
    let count = 0;
    for await (const _ of call.rows()) count += 1;
    return count;
  };
  const { path } = await opened(t, { operations: new Map([['reads', reads]]) });
  const row = `"${'x'.repeat(60_000)}"\n`;
  const rows = Array.from({ length: 1_130 }, () => row);
  const few = await converse(path, request('reads', { rows: 100 }), ...rows.slice(0, 100));
  assert.equal(lastOf(few).done, 100);
  const many = await converse(path, request('reads', { rows: rows.length }), ...rows);
  assert.equal(lastOf(many).error?.code, 'too-large');
});

test('a request that comes byte by byte is a request', async t => {
  const { path } = await opened(t);
  const socket = connect(path);
  let said = '';
  socket.on('data', chunk => {
    said += chunk.toString();
  });
  for (const byte of request('slots')) {
    socket.write(byte);
    await new Promise(setImmediate);
  }
  await new Promise(resolve => socket.on('close', resolve));
  assert.ok(lastOf(said).done);
});

test('a client that ends its side first still gets its answer', async t => {
  const { path } = await opened(t);
  const socket = connect(path);
  let said = '';
  socket.on('data', chunk => {
    said += chunk.toString();
  });
  socket.end(request('slots'));
  await new Promise(resolve => socket.on('close', resolve));
  assert.ok(lastOf(said).done);
});

test('a client that says nothing, or stops half-way, is let go', async t => {
  const { path } = await opened(t, { time: fast(100) });
  assert.equal(lastOf(await converse(path)).error?.code, 'too-slow');
  assert.equal(lastOf(await converse(path, '{"version":1')).error?.code, 'too-slow');
  const rows = request('bookings.import', { rows: 3 });
  assert.equal(lastOf(await converse(path, rows, '{}\n')).error?.code, 'too-slow');
});

test('a client that does not read is let go, and costs no memory', async t => {
  let sent = 0;
  const flood: Operation = async call => {
    for (;;) {
      await call.item('x'.repeat(10_000));
      sent += 1;
    }
  };
  const { path } = await opened(t, { operations: new Map([['flood', flood]]), time: fast(100) });
  const socket = connect(path);
  socket.on('error', () => {});
  socket.write(request('flood'));
  socket.pause();
  const before = process.memoryUsage().rss;
  // 10 s of patience, a hundred times as fast.
  await new Promise(resolve => setTimeout(resolve, 400));
  assert.ok(sent > 0 && sent < 1_000, `${sent} lines were sent to nobody`);
  assert.ok(process.memoryUsage().rss - before < 64 * 1024 * 1024);
  const closed = new Promise(resolve => socket.on('close', resolve));
  socket.resume();
  await closed;
});

test(`the client after ${connectionsMax} others is told that all are busy`, async t => {
  const { path } = await opened(t);
  const idle: Socket[] = [];
  for (let n = 0; n < connectionsMax; n += 1) {
    const socket = connect(path);
    await new Promise(resolve => socket.once('data', resolve));
    idle.push(socket);
  }
  assert.equal(lastOf(await converse(path)).error?.code, 'busy');
  for (const socket of idle) socket.destroy();
  // The server hears of each of them in its own time.
  let again = lastOf(await converse(path, request('slots')));
  for (let n = 0; n < 200 && again.error?.code === 'busy'; n += 1) {
    await new Promise(resolve => setTimeout(resolve, 20));
    again = lastOf(await converse(path, request('slots')));
  }
  assert.ok(again.done);
});

test('an operation that breaks answers without saying why, and hurts nobody', async t => {
  const broken: Operation = () => {
    throw new TypeError('secret 12345678');
  };
  const { path } = await opened(t, { operations: new Map([['broken', broken]]) });
  const said = await converse(path, request('broken'));
  assert.equal(lastOf(said).error?.code, 'internal');
  assert.doesNotMatch(said, /12345678/);
});

test('a path that is no socket is left alone; a socket of nobody is replaced; one that answers is not', async t => {
  const { path, box, dir } = await opened(t);
  await assert.rejects(openControl({ path, box }), { code: 'socket-in-use' });
  const file = join(dir, 'file');
  writeFileSync(file, 'precious');
  await assert.rejects(openControl({ path: file, box }), { code: 'not-a-socket' });
  const stale = join(dir, 'stale.sock');
  await leaveStale(stale);
  const control = await openControl({ path: stale, box });
  assert.ok(lastOf(await converse(stale, request('slots'))).done);
  await control.close();
});

/** A socket file as a killed daemon leaves it. */
async function leaveStale(path: string): Promise<void> {
  const { execFileSync } = await import('node:child_process');
  const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  try {
    execFileSync(process.execPath, ['-e', script], { stdio: 'ignore' });
  } catch {
    // Killed, as meant.
  }
  assert.ok(statSync(path).isSocket());
}

test('watching ends with its client', async t => {
  const { path, box } = await opened(t);
  const socket = connect(path);
  socket.write(request('watch'));
  await new Promise(resolve => socket.on('data', chunk => chunk.includes('screen') && resolve(null)));
  assert.equal(box.watching, 1);
  socket.destroy();
  for (let n = 0; n < 500 && box.watching > 0; n += 1) await new Promise(resolve => setTimeout(resolve, 10));
  assert.equal(box.watching, 0);
});
