/** `./scripts/demo` after its build: what it says answers, its story holds, and nothing of it is left behind. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { node, programOf, Running } from '../blackbox/program.ts';
import { pause, until } from '../blackbox/until.ts';

const root = join(import.meta.dirname, '../..');
const script = join(root, 'scripts/demo.ts');
const startMs = 60_000;

/** With the build where there is one, which starts in a fraction of the time. */
const built = existsSync(join(root, 'dist/smartbox-relay.js')) ? { SMARTBOX_DIST: 'dist' } : {};

interface Demo {
  readonly folder: string;
  readonly run: Running;
}

/** The demo with a temporary folder of its own, in which nothing may be left. */
function demo(t: TestContext, args: readonly string[] = []): Demo {
  const folder = temporary(t);
  return { folder, run: new Running([node, script, ...args], { TMPDIR: folder, ...built }) };
}

function temporary(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'smartbox-demo-test-'));
  t.after(() => {
    for (const pid of processesIn(folder)) process.kill(pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Whoever was started below the demo has its temporary folder in the environment. */
function processesIn(folder: string): readonly number[] {
  const mark = `TMPDIR=${folder}`;
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => environmentOf(pid).split('\0').includes(mark))
    .map(Number);
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}

async function nothingLeft(folder: string): Promise<void> {
  assert.deepEqual(readdirSync(folder), []);
  await until('its processes to be gone', () => processesIn(folder).length === 0, 5_000);
}

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
  assert.match(await (await fetch(said(one, /admin {4}(\S+)/))).text(), /<button>/);
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

test('a signal that comes early leaves nothing behind either', async t => {
  const one = demo(t);
  await until('its folder', () => readdirSync(one.folder).length > 0, startMs);
  await pause(300);
  one.run.child.kill('SIGINT');
  assert.equal((await one.run.finished).code, 0);
  await nothingLeft(one.folder);
});

/** The demo in a terminal of its own, once its cabinet is drawn. */
async function inTerminal(t: TestContext) {
  const folder = temporary(t);
  const terminal = spawn('socat', ['-', `EXEC:${node} ${script},pty,setsid,ctty`], {
    env: { ...process.env, TMPDIR: folder, ...built },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let drawn = '';
  terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
    drawn += text;
  });
  await until('the cabinet', () => /Ann {3}\d{4} \d{4} .*on-box/.test(drawn), startMs);
  return { folder, terminal, drawn: () => drawn };
}

test('in a terminal the cabinet is drawn; q ends it', async t => {
  const { folder, terminal, drawn } = await inTerminal(t);
  terminal.stdin.write('q');
  await once(terminal, 'close');
  assert.ok(drawn().endsWith('\x1b[?25h\x1b[2J\x1b[H'), 'the terminal is given back');
  await nothingLeft(folder);
});

test('a terminal that is closed ends it too', async t => {
  const { folder, terminal } = await inTerminal(t);
  terminal.kill('SIGKILL');
  await until('its processes to be gone', () => processesIn(folder).length === 0);
  await nothingLeft(folder);
});

test('the tour tells its story to the end', async t => {
  const one = demo(t, ['--tour']);
  const { code, stdout } = await one.run.finished;
  assert.match(stdout, /\nThe end, after \d+ s\./);
  assert.equal(code, 0);
  await nothingLeft(one.folder);
});

test('a tour that breaks off names the step, exit 1', async t => {
  const one = demo(t, ['--tour']);
  await until('the first step', () => /\n {7}http\S+ gave one token/.test(one.run.stdout), startMs);
  const relay = processesIn(one.folder).find(pid => commandOf(pid).includes('relay.yaml'));
  process.kill(relay ?? 0, 'SIGKILL');
  const { code, stdout } = await one.run.finished;
  assert.match(stdout, /\n {7}FAILED: .+\n\nThe story broke off at step \d+: \w.+\n$/);
  assert.equal(code, 1);
  await nothingLeft(one.folder);
});

const commandOf = (pid: number): string => readFileSync(`/proc/${pid}/cmdline`, 'latin1');
