/** `./scripts/demo` after its build: what it says answers, its story holds, and nothing of it is left behind. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { type TestContext, test } from 'node:test';
import { programOf, Running } from '../../scripts/rig/program.ts';
import { until } from '../../scripts/rig/until.ts';
import { built, type Demo, demo, nothingLeft, startMs } from './demo-run.ts';

const said = ({ run }: Demo, what: RegExp): string => {
  const [, found] = what.exec(run.stdout) ?? [];
  if (found === undefined)
    throw new Error(`${what} is not in what the demo says:\n${run.stdout}${run.stderr}`);
  return found;
};

const answers = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

/** Somebody has the port of the manual already, if it was not taken anyway. */
async function occupy(t: TestContext, port: number): Promise<void> {
  const server = net.createServer().listen(port, '127.0.0.1');
  t.after(() => server.close());
  await new Promise(resolve => server.once('listening', resolve).once('error', resolve));
}

test('without a terminal it says where everything is, and stays until SIGTERM', async t => {
  await occupy(t, 8080);
  const one = demo(t);
  await until(
    'the addresses',
    () => /leaves nothing behind/.test(one.run.stdout) || !one.run.running,
    startMs,
  );
  assert.match(one.run.stdout, /port 8080 is taken here: http is on \d+/);
  const url = said(one, /(http\S+)\/api\/v1\/openapi\.json/);
  const sandbox = said(one, /Fleetio {2}(\S+)/);
  const mqtt = Number(said(one, /mqtt:\/\/127\.0\.0\.1:(\d+)/));
  const token = readFileSync(said(one, /token {4}(\S+)/), 'utf8').trim();
  const boxes = await fetch(`${url}/api/v1/boxes`, { headers: { authorization: `Bearer ${token}` } });
  const { items } = (await boxes.json()) as { readonly items: readonly { readonly link: object }[] };
  assert.deepEqual(
    items.map(({ link }) => 'state' in link && link.state),
    ['up'],
  );
  assert.match(await (await fetch(said(one, /admin {4}(\S+)/))).text(), /<button type="submit">/);
  assert.match(await (await fetch(sandbox)).text(), /Van 12/);
  await t.test('what is written to its keypad is typed', () => tryFirstThing(one));
  const ports = [url, sandbox].map(each => Number(new URL(each).port)).concat(mqtt);
  assert.deepEqual(await Promise.all(ports.map(answers)), [true, true, true]);
  one.run.child.kill('SIGTERM');
  assert.equal((await one.run.finished).code, 0);
  await nothingLeft(one.folder);
  assert.deepEqual(await Promise.all(ports.map(answers)), [false, false, false]);
});

/** The very lines that it proposes. */
async function tryFirstThing(one: Demo): Promise<void> {
  const typing = said(one, /^ {2}(echo '\d+#' > \S+)$/m);
  const socket = said(one, /control {2}(\S+)/);
  assert.equal((await new Running(['/bin/sh', '-c', typing], {}).finished).code, 0);
  await until('the grant', async () => {
    const list = [...programOf('smartbox'), 'events', 'list'] as const;
    const { stdout } = await new Running(list, { SMARTBOX_SOCKET: socket, ...built }).finished;
    return /granted/.test(stdout);
  });
}

test('the tour tells its story to the end', async t => {
  // Its walk through the pages is the long run’s.
  const one = demo(t, ['--tour'], { SMARTBOX_CHROMIUM: '/nowhere' });
  const { code, stdout } = await one.run.finished;
  assert.match(stdout, /\nThe end, after \d+ s\./);
  assert.equal(code, 0);
  await nothingLeft(one.folder);
});
