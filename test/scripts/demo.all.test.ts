/** The demo in a terminal, and ends of it that come early, or that nobody has asked for. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { pause, until } from '../../scripts/rig/until.ts';
import { commandOf, demo, inTerminal, nothingLeft, processesIn, startMs } from './demo-run.ts';

test('in a terminal the cabinet is drawn; q ends it', async t => {
  const { folder, terminal, drawn } = await inTerminal(t);
  terminal.stdin.write('q');
  await once(terminal, 'close');
  assert.ok(drawn().endsWith('\x1b[?25h\x1b[2J\x1b[H'), 'the terminal is given back');
  await nothingLeft(folder);
});

test('a signal that comes early leaves nothing behind either', async t => {
  const one = demo(t);
  await until('its folder', () => readdirSync(one.folder).length > 0, startMs);
  await pause(300);
  one.run.child.kill('SIGINT');
  assert.equal((await one.run.finished).code, 0);
  await nothingLeft(one.folder);
});

test('a terminal that is closed ends it too', async t => {
  const { folder, terminal } = await inTerminal(t);
  terminal.kill('SIGKILL');
  await until('its processes to be gone', () => processesIn(folder).length === 0);
  await nothingLeft(folder);
});

test('a tour that breaks off names the step, exit 1', async t => {
  const one = demo(t, ['--tour']);
  await until(
    'the first step',
    () => /\n {7}http\S+ signed .+ in, who may do everything/.test(one.run.stdout),
    startMs,
  );
  const relay = processesIn(one.folder).find(pid => commandOf(pid).includes('relay.yaml'));
  assert.ok(relay !== undefined, 'the relay runs');
  process.kill(relay, 'SIGKILL');
  const { code, stdout } = await one.run.finished;
  assert.match(stdout, /\n {7}FAILED: .+\n\nThe story broke off at step \d+: \w.+\n$/);
  assert.equal(code, 1);
  await nothingLeft(one.folder);
});
