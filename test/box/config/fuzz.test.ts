import assert from 'node:assert/strict';
import { test } from 'node:test';
import { full, least, parse } from './samples.ts';

/** A small deterministic generator (mulberry32), so that a failing seed can be run again. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const splinters = [
  '{',
  '}',
  '[',
  ']',
  ':',
  '- ',
  '\n',
  '\t',
  '  ',
  '&a ',
  '*a',
  '!!js ',
  '"',
  "'",
  '#',
  '|\n',
  '\0',
];
const wholes = [
  'null',
  '~',
  '-1',
  '1e400',
  '.nan',
  '0x7f',
  'true',
  '[]',
  '{}',
  '2026-01-01',
  '? a',
  '<<: *a',
  '%YAML 1.1',
];

function mutate(text: string, pick: (below: number) => number): string {
  const at = pick(text.length);
  const cut = at + pick(12);
  const put = [...splinters, ...wholes][pick(splinters.length + wholes.length)] ?? '';
  const kinds = [
    () => text.slice(0, at) + put + text.slice(at),
    () => text.slice(0, at) + text.slice(cut),
    () => text.slice(0, at) + put + text.slice(cut),
    () => text.slice(0, cut) + text.slice(at),
    () => text.slice(0, at) + String.fromCharCode(pick(0x500)) + text.slice(at + 1),
    () => text.replace(/: [\w/.-]+/g, found => (pick(20) === 0 ? `: ${put}` : found)),
  ];
  return (kinds[pick(kinds.length)] ?? (() => text))();
}

test('no text makes the configuration throw: it is read, or its problems are said', () => {
  let valid = 0;
  for (let seed = 1; seed <= 1_500; seed++) {
    const pick = generator(seed);
    let text = pick(2) === 0 ? full : least;
    for (let times = 1 + pick(4); times > 0; times--) text = mutate(text, pick);
    try {
      const parsed = parse(text);
      if ('config' in parsed) valid++;
      else assert.ok(parsed.problems.length > 0, 'a refusal says why');
    } catch (error) {
      assert.fail(`seed ${seed}: ${String(error)}\n${text}`);
    }
  }
  assert.ok(valid > 20 && valid < 1_400, `mutations are neither all harmless nor all fatal: ${valid} valid`);
});
