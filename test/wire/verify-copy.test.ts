/** Copies that a relay gives: it signs nothing, it names where they begin (RangeLine), and has what the box signed. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { Prng } from '../../scripts/rig/prng.ts';
import { chainReady, eventLine, noHash, rangeLine } from '../../src/wire/chain.ts';
import type { JournalEvent } from '../../src/wire/journal.ts';
import { type Verification, verifyFile } from '../../src/wire/verify.ts';
import { chainOf, exported, sealed } from './export-lines.ts';

const judge = (lines: readonly string[]): Verification => verifyFile(Buffer.from(`${lines.join('\n')}\n`));
const said = (verification: Verification): string =>
  verification.ok
    ? verification.parts.map(({ from, to, range }) => `${from}-${to}${range ? ' range' : ''}`).join(', ')
    : `${verification.word} ${verification.event ?? '-'}`;

const begin = (events: readonly JournalEvent[], more: object = {}): string =>
  rangeLine({
    ...{ type: 'range', box: 'box-1', from: events[0]?.seq ?? 1, prev: events[0]?.prev ?? noHash },
    ...more,
  });

describe('a copy that begins elsewhere than its checkpoint', () => {
  let all: JournalEvent[] = [];
  let lines: string[] = [];
  const from = (seq: number): JournalEvent[] => all.slice(seq - 1);
  const copy = (seq: number, more: object = {}): string[] => [
    ...from(seq).map(eventLine),
    begin(from(seq)),
    sealed(all, more),
  ];
  before(async () => {
    await chainReady;
    all = chainOf(1, 9);
    lines = copy(4);
  });

  it('is whole as a range, whether the checkpoint begins before it or after it', () => {
    assert.equal(said(judge(lines)), '4-9 range');
    assert.equal(said(judge(copy(1, { from: 6, count: 4 }))), '1-9');
    assert.equal(said(judge(copy(2, { from: 6, count: 4 }))), '2-9 range');
    assert.equal(said(judge([begin([], { from: 10, prev: all.at(-1)?.hash }), sealed(all)])), '10-9 range');
  });

  const table: readonly (readonly [string, (lines: string[]) => string[], string])[] = [
    ['the first event removed', all => all.slice(1), 'cut 4'],
    ['one in the middle removed', all => all.toSpliced(2, 1), 'cut 6'],
    ['all events removed', all => all.slice(-2), 'cut 4'],
    ['the line that names the beginning removed', all => all.toSpliced(-2, 1), 'cut 1'],
    ['the last event removed', all => all.toSpliced(-3, 1), 'truncated 9'],
    ['the checkpoint removed', all => all.slice(0, -1), 'truncated 9'],
    ['the last two lines removed', all => all.slice(0, -2), 'truncated 9'],
    ['two events swapped', all => all.with(1, all[2] ?? '').with(2, all[1] ?? ''), 're-ordered 6'],
    ['the last two lines swapped', all => [...all.slice(0, -2), ...all.slice(-2).reverse()], 're-ordered -'],
    [
      'an event behind its end',
      all => [...all.slice(0, -3), all.at(-2) ?? '', all.at(-3) ?? '', all.at(-1) ?? ''],
      're-ordered 9',
    ],
    ['the beginning named twice', all => [...all.slice(0, -1), ...all.slice(-2)], 'edited -'],
    ['another beginning', all => all.with(-2, begin(from(5))), 'edited -'],
    ['of another box', all => all.with(-2, begin(from(4), { box: 'box-2' })), 'edited -'],
    ['an earlier beginning', all => all.with(-2, begin(from(3))), 'cut 3'],
    [
      'no checkpoint to be had',
      all => all.slice(0, -2).concat(begin(from(4), { checkpoint: null })),
      'truncated 9',
    ],
  ];
  for (const [what, change, expected] of table)
    it(`${what}: ${expected}`, () => assert.equal(said(judge(change([...lines]))), expected));

  it('says where there never was a checkpoint, as against one that is gone', () => {
    const never = judge([...from(4).map(eventLine), begin(from(4), { checkpoint: null })]);
    assert.ok(!never.ok && never.unsigned === true);
    const gone = judge(from(4).map(eventLine));
    assert.ok(!gone.ok && gone.unsigned === undefined);
  });

  it('any one byte that was changed is found, and every end that was cut off', () => {
    const prng = new Prng(77);
    const whole = Buffer.from(`${lines.join('\n')}\n`);
    for (let run = 0; run < 3_000; run += 1) {
      const at = prng.int(0, whole.length - 2);
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ (1 + prng.int(0, 254));
      const verification = verifyFile(bytes);
      assert.ok(
        !verification.ok && verification.word === 'edited',
        `byte ${at} → ${bytes[at]}: ${said(verification)}`,
      );
    }
    for (let length = 0; length < whole.length - 1; length += 1)
      assert.match(said(verifyFile(whole.subarray(0, length))), /^truncated/, `${length} bytes`);
  });
});

describe('a copy of a time that ends before its checkpoint', () => {
  let all: JournalEvent[] = [];
  let lines: string[] = [];
  const from3 = (): JournalEvent[] => all.slice(2);
  const ended = (to: number, head = all[to - 1]?.hash ?? ''): string => begin(from3(), { to, head });
  before(async () => {
    await chainReady;
    all = chainOf(1, 9);
    lines = [...from3().map(eventLine), ended(6), sealed(all)];
  });

  it('is whole for just that time, and says which events stand behind it as proof', () => {
    const found = judge(lines);
    assert.equal(said(found), '3-6 range');
    assert.ok(found.ok);
    const [{ count, behind, leftOut }] = found.parts;
    assert.deepEqual([count, behind, leftOut], [4, { from: 7, to: 9 }, { from: 1, to: 2 }]);
  });

  const table: readonly (readonly [string, (lines: string[]) => string[], string])[] = [
    ['the last event of the time removed', all => all.toSpliced(3, 1), 'cut 6'],
    ['the last two of it', all => all.toSpliced(2, 2), 'cut 5'],
    ['one in the middle', all => all.toSpliced(1, 1), 'cut 4'],
    ['the first', all => all.slice(1), 'cut 3'],
    ['all that stands behind it', all => all.toSpliced(4, 3), 'truncated 7'],
    ['all from the last of the time on', all => all.toSpliced(3, 4), 'truncated 6'],
    ['its last lines', all => all.slice(0, 4), 'truncated 6'],
    ['two swapped', all => all.with(1, all[2] ?? '').with(2, all[1] ?? ''), 're-ordered 5'],
    ['another end', all => all.with(-2, all.at(-2)?.replace('"to":6', '"to":5') ?? ''), 'edited -'],
    ['an end beyond the checkpoint', all => all.with(-2, ended(9)), 'edited -'],
    ['an end that is no event', all => all.with(-2, ended(12, noHash)), 'edited -'],
    ['an end without its hash', all => all.with(-2, begin(from3(), { to: 6 })), 'edited -'],
  ];
  for (const [what, change, expected] of table)
    it(`${what}: ${expected}`, () => assert.equal(said(judge(change([...lines]))), expected));

  it('any one byte that was changed is found', () => {
    const prng = new Prng(78);
    const whole = Buffer.from(`${lines.join('\n')}\n`);
    for (let run = 0; run < 1_500; run += 1) {
      const at = prng.int(0, whole.length - 2);
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ (1 + prng.int(0, 254));
      assert.match(said(verifyFile(bytes)), /^edited/, `byte ${at} → ${bytes[at]}`);
    }
  });
});

describe('a copy of a journal that begins anew', () => {
  before(() => chainReady);
  const parts = (): { readonly restored: string[]; readonly lost: string[]; readonly replaced: string[] } => {
    const all = chainOf(1, 9);
    return {
      // From a copy as of event 5.
      restored: [...exported(all), ...exported(chainOf(6, 8, all[4]?.hash, 2))],
      lost: [...exported(all), ...exported(chainOf(13, 15, 'cd'.repeat(32), 2))],
      // Another computer, whose numbers begin again.
      replaced: [...exported(all), ...exported(chainOf(1, 4, noHash, 1).map(other))],
    };
  };
  const other = (event: JournalEvent, at: number, list: JournalEvent[]): JournalEvent =>
    chainOf(1, list.length, noHash, 3)[at] ?? event;

  it('is whole in parts', () => {
    assert.equal(said(judge(parts().restored)), '1-9, 6-8');
    assert.equal(said(judge(parts().lost)), '1-9, 13-15');
    assert.equal(said(judge(parts().replaced)), '1-9, 1-4');
  });

  it('what was done to either part has its word', () => {
    for (const [what, lines] of Object.entries(parts())) {
      assert.match(said(judge(lines.toSpliced(3, 1))), /^cut 4/, what);
      assert.match(said(judge(lines.toSpliced(11, 1))), /^cut/, what);
      assert.match(said(judge(lines.slice(0, -1))), /^truncated/, what);
      assert.match(said(judge(lines.slice(0, 12))), /^truncated/, what);
      assert.match(said(judge(lines.with(2, lines[3] ?? '').with(3, lines[2] ?? ''))), /^re-ordered/, what);
      assert.match(said(judge(lines.with(8, lines[9] ?? '').with(9, lines[8] ?? ''))), /^re-ordered/, what);
      assert.match(
        said(judge(lines.with(11, (lines[11] ?? '').replace('"mono"', '"momo"')))),
        /^edited/,
        what,
      );
      assert.match(said(judge([...lines.slice(0, 10), lines[3] ?? ''])), /^edited 4/, what);
    }
  });
});
