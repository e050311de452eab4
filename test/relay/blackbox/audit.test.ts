/** An auditor has the relay's copy of a journal, the box's key, and `smartbox events verify`. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '../../../scripts/rig/until.ts';
import { chainReady } from '../../../src/wire/chain.ts';
import { verifyFile } from '../../../src/wire/verify.ts';
import { enrolled, tour, type Whole } from './stage.ts';

const headers = { accept: 'application/x-ndjson' };

async function exported({ relay, token, id }: Whole, more = ''): Promise<readonly string[]> {
  const { status, text } = await relay.ask('GET', `/api/v1/events?box=${id}${more}`, { token, headers });
  assert.equal(status, 200);
  return text.split('\n').slice(0, -1);
}

const textFrom = (lines: readonly string[]): string => lines.map(line => `${line}\n`).join('');

const swapped = (lines: readonly string[], a: number, b: number): readonly string[] =>
  lines.with(a, lines[b] ?? '').with(b, lines[a] ?? '');
const changed = (lines: readonly string[], at: number): readonly string[] =>
  lines.with(
    at,
    (lines[at] ?? '').replace(/\d(?=\D)/, digit => `${9 - +digit}`),
  );

/** Every line removed, swapped with the next and changed, and every end cut off. */
function eachWord(lines: readonly string[], word: (lines: readonly string[]) => string): void {
  const events = lines.findLastIndex(line => line.includes('"seq":')) + 1;
  assert.ok(events >= 8, 'a tour has so many events');
  for (let at = 0; at < events - 1; at += 1)
    assert.equal(word(lines.toSpliced(at, 1)), 'cut', `without line ${at + 1}`);
  for (let at = 0; at < lines.length; at += 1) {
    if (at > 0) assert.equal(word(swapped(lines, at - 1, at)), 're-ordered', `${at} and ${at + 1} swapped`);
    assert.equal(word(lines.slice(0, at)), 'truncated', `${at} lines kept`);
    assert.equal(word(changed(lines, at)), 'edited', `a byte of line ${at + 1}`);
  }
}

test('the relay’s export is whole, and what was done to it has its word', { timeout: 120_000 }, async t => {
  await chainReady;
  const whole = await enrolled(t);
  const { box } = whole;
  await tour(whole);
  const { key } = JSON.parse(await box.must(['status', '--json'])) as { key: string };
  const keyFile = join(box.dir, 'box.key');
  writeFileSync(keyFile, key);
  /** What the command says of it. */
  const said = async (lines: readonly string[]): Promise<string> => {
    const file = join(box.dir, 'export.ndjson');
    writeFileSync(file, textFrom(lines));
    const { code, stdout, stderr } = await box.cli(['events', 'verify', file, '--key', keyFile, '--json']);
    assert.equal(code, stderr === '' ? 0 : 1, stderr);
    if (code !== 0) return (JSON.parse(stderr) as { error: { code: string } }).error.code;
    const { from, to, keyKnown } = JSON.parse(stdout) as { from: number; to: number; keyKnown: boolean };
    assert.ok(keyKnown);
    return `whole ${from} to ${to}`;
  };
  /** The same without a process of its own, for many. */
  const word = (lines: readonly string[]): string => {
    const verdict = verifyFile(Buffer.from(textFrom(lines)), { publicKeys: [key] });
    return verdict.ok ? 'whole' : verdict.word;
  };

  const last = (await box.events()).at(-1)?.seq ?? 0;
  await until('all events', async () =>
    (await exported(whole)).some(line => line.includes(`"seq":${last},`)),
  );
  const lines = await exported(whole);
  const first = (JSON.parse(lines[0] ?? '') as { seq: number }).seq;
  assert.equal(await said(lines), `whole ${first} to ${last}`);

  eachWord(lines, word);
  assert.equal(await said(lines.toSpliced(4, 1)), 'cut');
  assert.equal(await said(swapped(lines, 2, 3)), 're-ordered');
  assert.equal(await said(changed(lines, 5)), 'edited');
  assert.equal(await said(lines.slice(0, -1)), 'truncated');

  const after = first + 3;
  const range = await exported(whole, `&after=${after}`);
  assert.equal(await said(range), `whole ${after + 1} to ${last}`);
  assert.equal(word(range.slice(1)), 'cut', 'a range from which its first event was taken');
  assert.equal(word(range.toSpliced(2, 1)), 'cut');
  assert.equal(word(range.slice(0, -1)), 'truncated');
  assert.equal(await said(await exported(whole, `&after=${last}`)), `whole ${last + 1} to ${last}`);
});
