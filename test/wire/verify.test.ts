import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import sodium from 'libsodium-wrappers';
import { canonical } from '../../src/base/canonical.ts';
import { chainReady, checkpointText, eventLine, hashEvent, noHash } from '../../src/wire/chain.ts';
import type { JournalEvent } from '../../src/wire/journal.ts';
import { type Tampering, type Verdict, verifyFile } from '../../src/wire/verify.ts';
import { Prng } from '../prng.ts';

const seed = new Uint8Array(32).fill(7);

const keys = () => sodium.crypto_sign_seed_keypair(seed);

function chainOf(from: number, to: number, prev = noHash): JournalEvent[] {
  const events: JournalEvent[] = [];
  for (let seq = from; seq <= to; seq += 1) {
    const body = {
      type: 'denied' as const,
      reason: 'unknown',
      device: 'Pförtner 3',
      box: 'box-1',
      epoch: 1,
      seq,
      at: '2026-03-01T12:00:00.000Z',
      mono: seq * 10,
      clock: 'synced' as const,
      prev: events.at(-1)?.hash ?? prev,
    };
    events.push({ ...body, hash: hashEvent(body) });
  }
  return events;
}

function sealed(events: readonly JournalEvent[], more: object = {}): string {
  const body = {
    type: 'checkpoint' as const,
    box: 'box-1',
    from: events[0]?.seq ?? 1,
    to: events.at(-1)?.seq ?? 0,
    count: events.length,
    head: events.at(-1)?.hash ?? noHash,
    key: sodium.to_hex(keys().publicKey),
    ...more,
  };
  const sig = sodium.crypto_sign_detached(checkpointText(body), keys().privateKey, 'hex');
  return canonical({ ...body, sig });
}

const exported = (events: readonly JournalEvent[]): string[] => [...events.map(eventLine), sealed(events)];

const judge = (lines: readonly string[], publicKey?: string): Verdict =>
  verifyFile(Buffer.from(`${lines.join('\n')}\n`), publicKey === undefined ? {} : { publicKey });

const said = (verdict: Verdict): string => (verdict.ok ? 'ok' : `${verdict.word} ${verdict.event ?? '-'}`);

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
    const verdict = judge(exported(events));
    assert.ok(verdict.ok);
    assert.deepEqual(verdict.missing, [{ from: 4, to: 6 }]);
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

  it('finds any one byte that was changed', () => {
    const prng = new Prng(2026);
    const whole = Buffer.from(`${lines.join('\n')}\n`);
    for (let run = 0; run < 3_000; run += 1) {
      const at = prng.int(0, whole.length - 2);
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ (1 + prng.int(0, 254));
      const verdict = verifyFile(bytes);
      assert.ok(!verdict.ok && verdict.word === 'edited', `byte ${at} → ${bytes[at]}: ${said(verdict)}`);
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
      const verdict = judge(moved);
      assert.ok(!verdict.ok, `line ${from} to ${to}`);
      words.add(verdict.word);
    }
    assert.deepEqual([...words].sort(), ['cut', 're-ordered', 'truncated']);
  });

  const other = (box: string): JournalEvent => {
    const body = { ...chainOf(1, 5)[4], reason: 'used', box, hash: undefined } as unknown as JournalEvent;
    return { ...body, hash: hashEvent(body) };
  };
});
