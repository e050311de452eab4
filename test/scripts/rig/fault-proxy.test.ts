import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { node } from '../../../scripts/rig/program.ts';

/**
 * A server says goodbye and then rings a bell. The proxy reads both in one turn of its loop, and cuts at the bell: its own goodbye
 * is due then, and not out yet.
 */
const program = `
const { createServer, connect } = await import('node:net');
const { FaultProxy } = await import(process.argv[1]);
const quiet = socket => socket.on('error', () => {});
let far;
const server = createServer(socket => {
  quiet(socket);
  if (far === undefined) far = socket;
  else setTimeout(() => far.end(() => socket.end('!')), 100);
});
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address();
const proxy = await new FaultProxy(port).listen();
quiet(connect(proxy.port, '127.0.0.1')).resume();
while (far === undefined) await new Promise(resolve => setTimeout(resolve, 5));
connect(port, '127.0.0.1').on('data', () => {
  proxy.cut();
  console.log('cut');
  void proxy.close();
  server.close();
});
`;

test('a process in which connections were cut while they ended comes to its end', () => {
  const args = [
    '--input-type=module',
    '-e',
    program,
    new URL('../../../scripts/rig/fault-proxy.ts', import.meta.url).href,
  ];
  const ways = { timeout: 20_000, killSignal: 'SIGKILL', encoding: 'utf8' } as const;
  const { status, signal, stdout, stderr } = spawnSync(node, args, ways);
  assert.deepEqual([status, signal, stdout], [0, null, 'cut\n'], stderr);
});
