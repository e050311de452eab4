/**
 * `mosquitto-load.ts` in a process of its own, which is ended once it has told its result: seen to go on for ever after that,
 * in a loop that is not found yet, and then nothing after it would run.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { withoutMosquitto } from '../relay/broker/mosquitto-server.ts';

const resultLine = /^\S* ?(?:pass|fail) [1-9]/m;
const patienceMs = 300_000;

test('a Mosquitto that is killed, behind lines that break, loses nothing and doubles nothing', {
  skip: withoutMosquitto,
  timeout: patienceMs,
}, async t => {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const program = join(import.meta.dirname, 'mosquitto-load.ts');
  const args = ['--test-reporter=spec', program];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  let said = '';
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    said += chunk.toString();
    if (resultLine.test(said)) break;
  }
  t.diagnostic(said.slice(-1_500));
  assert.match(said, /pass 1/, said.slice(-3_000));
  assert.doesNotMatch(said, /fail [1-9]/);
});
