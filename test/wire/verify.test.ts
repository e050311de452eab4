import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import sodium from 'libsodium-wrappers';
import { Prng } from '../../scripts/rig/prng.ts';
import { chainReady, eventLine, hashEvent } from '../../src/wire/chain.ts';
import type { JournalEvent } from '../../src/wire/journal.ts';
import { type Tampering, type Verification, verifyFile } from '../../src/wire/verify.ts';
import { chainOf, exported, keys, sealed } from './export-lines.ts';

const judge = (lines: readonly string[], publicKey?: string): Verification =>
  verifyFile(
    Buffer.from(`${lines.join('\n')}\n`),
    publicKey === undefined ? {} : { publicKeys: [publicKey] },
  );

const said = (verification: Verification): string =>
  verification.ok ? 'ok' : `${verification.word} ${verification.event ?? '-'}`;

const without = <T>(list: readonly T[], from: number, count = 1): T[] =>
  list.filter((_, at) => at < from || at >= from + count);

describe('verify', () => {
  let lines: string[] = [];
  before(async () => {
    await chainReady;
    lines = exported(chainOf(1, 9));
  });

  it('passes what the box wrote, and says whether the key is known', () => {
    const unknown = judge(lines);
    assert.ok(unknown.ok && !unknown.keyKnown);
    const known = judge(lines, sodium.to_hex(keys().publicKey));
    assert.ok(known.ok && known.keyKnown);
    assert.equal(said(judge(lines, 'ab'.repeat(32))), 'other-key -');
  });

  it('passes a range, an empty range, and a file without its last newline', () => {
    assert.equal(said(judge(exported(chainOf(5, 9, 'cd'.repeat(32))))), 'ok');
    assert.equal(said(judge([sealed([])])), 'ok');
    assert.equal(said(verifyFile(Buffer.from(lines.join('\n')))), 'ok');
  });

  it('passes a gap that the box itself signed, and names it', () => {
    const events = [...chainOf(1, 3), ...chainOf(7, 9, 'cd'.repeat(32))];
    const verification = judge(exported(events));
    assert.ok(verification.ok);
    assert.deepEqual(verification.missing, [{ from: 4, to: 6 }]);
  });

  const table: readonly (readonly [string, (lines: string[]) => string[], string])[] = [
    ['one line removed', all => without(all, 3), 'cut 4'],
    ['several lines removed', all => without(all, 3, 3), 'cut 4'],
    ['the first line removed', all => without(all, 0), 'cut 1'],
    ['all events removed', all => all.slice(-1), 'cut 1'],
    ['two neighbours swapped', all => all.with(2, all[3] ?? '').with(3, all[2] ?? ''), 're-ordered 4'],
    ['two far apart swapped', all => all.with(1, all[7] ?? '').with(7, all[1] ?? ''), 're-ordered 8'],
    [
      'the checkpoint not at the end',
      all => [...all.slice(0, -2), ...all.slice(-2).reverse()],
      're-ordered -',
    ],
    ['the checkpoint cut off', all => all.slice(0, -1), 'truncated 9'],
    ['the end cut off', all => all.slice(0, 5), 'truncated 5'],
    [
      'the end cut off, the checkpoint put back',
      all => [...all.slice(0, 5), all.at(-1) ?? ''],
      'truncated 6',
    ],
    ['cut off within a line', all => [...all.slice(0, 5), (all[5] ?? '').slice(0, 40)], 'truncated 5'],
    ['nothing left', () => [], 'truncated -'],
    ['a digit changed', all => all.with(4, (all[4] ?? '').replace('"mono":50', '"mono":51')), 'edited 5'],
    ['a space added', all => all.with(4, (all[4] ?? '').replace(',', ', ')), 'edited 5'],
    ['a line twice', all => [...all.slice(0, 4), all[3] ?? '', ...all.slice(4)], 'edited 4'],
    ['an empty line added', all => [...all.slice(0, 4), '', ...all.slice(4)], 'edited 5'],
    ['an empty line added at the end', all => [...all, ''], 'edited -'],
    ['a carriage return added', all => all.map(line => `${line}\r`), 'edited 1'],
    [
      'the checkpoint changed',
      all => all.with(-1, (all.at(-1) ?? '').replace('"count":9', '"count":8')),
      'edited -',
    ],
    ['a line of another box', all => all.with(4, eventLine(other('box-2'))), 'edited 5'],
    ['an event rewritten with its hash', all => all.with(4, eventLine(other('box-1'))), 'edited 5'],
  ];
  for (const [what, change, expected] of table) {
    it(`${what}: ${expected}`, () => assert.equal(said(judge(change([...lines]))), expected));
  }

  it('says of a file that was rewritten as text how that shows', () => {
    const verdict = judge(lines.map(line => `${line}\r`));
    assert.match(verdict.ok ? '' : verdict.message, /event 1 is not as the box wrote it: it ends with CR LF/);
  });

  it('finds two boxes in one file, each whole by itself, and names both', () => {
    const theirs: JournalEvent[] = [];
    for (const event of chainOf(1, 2)) {
      const prev = theirs.at(-1)?.hash ?? event.prev;
      const body = { ...event, box: 'box-2', prev, hash: undefined } as unknown as JournalEvent;
      theirs.push({ ...body, hash: hashEvent(body) });
    }
    const other = [...theirs.map(eventLine), sealed(theirs, { box: 'box-2' })];
    assert.equal(said(judge(other)), 'ok');
    for (const both of [
      [...lines, ...other],
      [...other, ...lines],
    ]) {
      const verdict = judge(both);
      assert.equal(said(verdict), 'edited -');
      assert.match(
        verdict.ok ? '' : verdict.message,
        /another box, box-[12]; what stands before it is of box-[12]/,
      );
    }
  });

  it('finds any one byte that was changed', () => {
    const prng = new Prng(2026);
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
  });

  it('finds every end that was cut off', () => {
    const whole = Buffer.from(`${lines.join('\n')}\n`);
    for (let length = 0; length < whole.length - 1; length += 1) {
      assert.match(said(verifyFile(whole.subarray(0, length))), /^truncated/, `${length} bytes`);
    }
  });

  it('finds every set of lines that was removed or moved', () => {
    const prng = new Prng(99);
    const words = new Set<Tampering>();
    for (let run = 0; run < 2_000; run += 1) {
      const from = prng.int(0, 8);
      const rest = without(lines, from);
      const to = prng.int(0, rest.length - 1);
      const moved = run % 2 === 0 ? rest : [...rest.slice(0, to), lines[from] ?? '', ...rest.slice(to)];
      if (moved.join() === lines.join()) continue;
      const verification = judge(moved);
      assert.ok(!verification.ok, `line ${from} to ${to}`);
      words.add(verification.word);
    }
    assert.deepEqual([...words].sort(), ['cut', 're-ordered', 'truncated']);
  });

  const other = (box: string): JournalEvent => {
    const body = { ...chainOf(1, 5)[4], reason: 'used', box, hash: undefined } as unknown as JournalEvent;
    return { ...body, hash: hashEvent(body) };
  };
});

describe('a file that is no journal', () => {
  before(() => chainReady);
  const files: readonly (readonly [string, string | Buffer])[] = [
    ['a configuration', 'box:\n  id: depot-a\n  name: Depot A\nslots: []\n'],
    ['JSON of something else', '{\n  "name": "smartbox",\n  "version": "0.1.0"\n}\n'],
    ['JSON in one line', '{"a":1}\n'],
    ['bookings', '[{"slot":1,"code":"40718265","start":"2026-03-01T08:00:00+01:00","end":null}]\n'],
    ['the csv of the same journal', 'seq,at,type\n1,2026-03-01T08:00:00.000Z,booted\n'],
    ['a log', '{"level":"info","time":1,"msg":"x"}\n{"level":"info","time":2,"msg":"y"}\n'],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d])],
    ['a database', Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(4_096)])],
    ['words', 'hello\n'],
    ['nothing but line ends', '\n\n\n'],
    ['a brace', '{\n}\n'],
  ];
  for (const [what, content] of files)
    it(`${what}: not-a-journal`, () => {
      const verification = verifyFile(Buffer.from(content as string));
      assert.ok(!verification.ok && verification.word === 'not-a-journal', said(verification));
    });

  it('one line of a journal is enough to call what stands around it edited', () => {
    const [line = ''] = exported(chainOf(1, 2));
    assert.equal(said(judge(['box:', '  id: depot-a', line])), 'edited -');
    assert.equal(said(judge(['rubbish', `${line}x`])), 'edited -');
  });
});
