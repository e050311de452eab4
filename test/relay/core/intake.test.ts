import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { Prng } from '../../../scripts/rig/prng.ts';
import { canonical } from '../../../src/base/canonical.ts';
import { readEventLine } from '../../../src/relay/core/event-line.ts';
import { type IntakeDecision, judge, type Stand } from '../../../src/relay/core/intake.ts';
import { chainReady, digest, noHash } from '../../../src/wire/chain.ts';
import { JournalWriter, written } from './journal-lines.ts';

before(() => chainReady);

const nothing: Stand = { epoch: 1, seq: 0, head: noHash };
const standOf = (journal: JournalWriter, seq: number): Stand => {
  const event = journal.all.find(each => each.event.seq === seq)?.event;
  return event === undefined ? nothing : { epoch: event.epoch, seq, head: event.hash };
};
const short = (decision: IntakeDecision): string =>
  decision.kind === 'store'
    ? `store ${decision.lines.map(({ event }) => `${event.epoch}/${event.seq}`).join(' ')}`
    : decision.kind;

test('a line is what a box writes, to the last byte', () => {
  const { line, event } = new JournalWriter().write({ reason: 'said "hash":"x", twice', count: 2 });
  assert.deepEqual(readEventLine(line)?.event, event);
  const spoilt = [
    line.replace('depot-a', 'depot-b'),
    line.replace('{"at"', '{ "at"'),
    `${line} `,
    line.replace('"count":2', '"count":2.0'),
    line.replace('"count":2', '"count":2,"count":2'),
    line.replace('"seq":1', '"seq":"1"'),
    line.replace(/"prev":"0+"/, '"prev":"0"'),
    line.slice(0, -1),
    '[]',
    'null',
    '"x"',
    '',
    '{}',
  ];
  for (const text of spoilt) assert.equal(readEventLine(text), null, text);
});

test('members out of order are found at every depth, with a hash that fits', () => {
  const rest = { ...new JournalWriter().write().event, hash: undefined } as never;
  const nested = written({ ...(rest as object), more: { a: 1, b: [{ c: 1, d: 2 }] } } as never);
  assert.notEqual(readEventLine(nested.line), null);
  assert.equal(readEventLine(nested.line.replace('{"a":1,"b"', '{"b":1,"a"')), null);
  assert.equal(readEventLine(nested.line.replace('{"c":1,"d":2}', '{"d":2,"c":1}')), null);
  const hidden = written({ ...(rest as object), alpha: { hash: nested.event.hash, z: 1 } } as never);
  assert.notEqual(readEventLine(hidden.line), null);
  const numbers = written({ ...(rest as object), 10: 1, 9: 2 } as never);
  assert.equal(
    readEventLine(numbers.line),
    null,
    'names like numbers stand elsewhere in the engine: refused',
  );
});

test('a hash that was made over a line as it should not be written helps nobody', () => {
  const { line, event } = new JournalWriter().write({ count: 2 });
  const plain = line.replace(`,"hash":"${event.hash}"`, '');
  for (const bent of [plain.replace('{"at"', '{ "at"'), plain.replace('"count":2', '"count":2.0')]) {
    const hashed = bent.replace(',"mono"', `,"hash":"${digest(bent)}","mono"`);
    assert.equal(readEventLine(hashed), null, hashed);
  }
  const right = plain.replace(',"mono"', `,"hash":"${digest(plain)}","mono"`);
  assert.notEqual(readEventLine(right), null);
});

test('the quick reading agrees with the slow one, on lines that were bent at random', () => {
  const random = new Prng(11);
  const { line } = new JournalWriter().write({ reason: 'é"\\\u2028', who: 'driver-1', slot: 3 as never });
  let taken = 0;
  for (let round = 0; round < 4_000; round += 1) {
    const at = random.int(0, line.length - 1);
    const bent =
      line.slice(0, at) + random.pick(['"', '\\', ',', ' ', '0', 'a', '', '}']) + line.slice(at + 1);
    if (readEventLine(bent) === null) continue;
    taken += 1;
    assert.equal(canonical(JSON.parse(bent)), bent);
    assert.equal(bent, line);
  }
  assert.ok(taken > 0, 'replacing a character by itself is among the bends');
});

test('what continues the journal is stored, and only what is new of it', () => {
  const journal = new JournalWriter().many(10);
  assert.equal(short(judge(nothing, journal.batch(1, 3))), 'store 1/1 1/2 1/3');
  assert.equal(short(judge(standOf(journal, 2), journal.batch(1, 3))), 'store 1/3');
  assert.equal(short(judge(standOf(journal, 3), journal.batch(1, 3))), 'known');
  assert.equal(short(judge(standOf(journal, 9), journal.batch(1, 3))), 'known');
  assert.equal(short(judge(standOf(journal, 3), journal.batch(5, 6))), 'gap');
  const decision = judge(standOf(journal, 3), journal.batch(4, 10));
  assert.ok(decision.kind === 'store' && decision.lost === null && decision.anchor === null);
  assert.deepEqual(decision.stand, standOf(journal, 10));
});

test('a relay restored from a copy takes all that it lacks', () => {
  const journal = new JournalWriter().many(10);
  assert.equal(short(judge(standOf(journal, 4), journal.batch(3, 6))), 'store 1/5 1/6');
});

test('a box restored from a backup goes on from an event that the relay has', () => {
  const journal = new JournalWriter().many(10);
  const copy = journal.copyAt(6, 2).many(3);
  const decision = judge(standOf(journal, 10), copy.batch(7, 9));
  assert.equal(short(decision), 'store 2/7 2/8 2/9');
  assert.ok(decision.kind === 'store');
  assert.deepEqual(decision.anchor, { epoch: 1, seq: 6, head: copy.all[5]?.event.hash });
  const overlapping = judge(standOf(journal, 10), copy.batch(5, 9));
  assert.equal(short(overlapping), 'store 2/7 2/8 2/9');
});

test('a batch that ran ahead of one in another epoch waits for it', () => {
  const journal = new JournalWriter().many(10);
  const second = journal.copyAt(6, 2).many(3);
  const third = second.copyAt(9, 3).many(2);
  assert.equal(short(judge(standOf(journal, 10), third.batch(10, 11))), 'gap');
  assert.equal(short(judge(standOf(journal, 10), third.batch(7, 9))), 'store 2/7 2/8 2/9');
});

test('events that a box has lost are not waited for', () => {
  const journal = new JournalWriter().many(12);
  const after = journal.copyAt(12, 2).many(2);
  after.all.splice(6, 6);
  const decision = judge(standOf(journal, 6), after.batch(13, 14));
  assert.equal(short(decision), 'store 2/13 2/14');
  assert.ok(decision.kind === 'store');
  assert.deepEqual(decision.lost, { from: 7, to: 12 });
  const forgotten = judge({ ...nothing, seq: 4, head: 'a'.repeat(64) }, after.batch(13, 14));
  assert.equal(forgotten.kind, 'gap', 'the box still has events 5 and 6');
});

test('forks, holes and forgeries are told apart', () => {
  const journal = new JournalWriter().many(10);
  const other = journal.copyAt(6).many(0);
  other.write({ type: 'tamper' });
  other.many(3);
  assert.equal(short(judge(standOf(journal, 7), other.batch(8, 10))), 'fork');
  assert.equal(short(judge(standOf(journal, 7), other.batch(7, 10))), 'fork');
  assert.equal(
    short(judge(standOf(journal, 10), other.batch(7, 10))),
    'known',
    'the store compares the last one',
  );
  const { lines, follows } = journal.batch(1, 4);
  const holed = [lines[0], lines[2]] as string[];
  assert.equal(judge(nothing, { lines: holed, follows }).kind, 'forged');
  assert.equal(judge(nothing, { lines: [...lines].reverse(), follows }).kind, 'forged');
  assert.equal(judge(nothing, { lines, follows: { boxEpoch: 1, seq: 5 } }).kind, 'forged');
  assert.equal(judge(nothing, { lines: ['{}'], follows }).kind, 'forged');
  assert.equal(
    judge(nothing, { lines: [journal.all[0]?.line ?? '', other.all[1]?.line ?? ''], follows }).kind,
    'store',
  );
  assert.equal(
    judge(nothing, { lines: [...lines.slice(0, 2), ...other.batch(8, 8).lines], follows }).kind,
    'forged',
  );
});

test('after a fork the next epoch is taken from wherever it begins', () => {
  const journal = new JournalWriter().many(10);
  const clone = journal.copyAt(6).many(0);
  clone.write({ type: 'tamper' });
  clone.many(8);
  const next = clone.copyAt(15, 2).many(2);
  assert.equal(judge(standOf(journal, 10), next.batch(11, 17)).kind, 'fork');
  assert.equal(judge(standOf(journal, 10), next.batch(16, 17)).kind, 'gap');
  const decision = judge(standOf(journal, 10), next.batch(16, 17), { forked: true });
  assert.equal(short(decision), 'store 2/16 2/17');
  assert.ok(decision.kind === 'store' && decision.anchor?.seq === 15);
});

test('seeded: batches lost, doubled and in any order end with the whole journal, once', () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const random = new Prng(seed);
    let journal = new JournalWriter().many(random.int(1, 30));
    let stand = nothing;
    const got: string[] = [];
    for (let round = 0; round < 400; round += 1) {
      if (random.chance(0.02)) {
        const epoch = journal.epoch + 1;
        journal = journal.copyAt(journal.seq, epoch).many(random.int(1, 5));
      } else if (random.chance(0.1)) journal.write();
      const from = random.chance(0.5) ? stand.seq + 1 : random.int(1, journal.seq);
      if (from > journal.seq) continue;
      const decision = judge(stand, journal.batch(from, from + random.int(0, 8)));
      if (decision.kind === 'store') {
        got.push(...decision.lines.map(({ text }) => text));
        stand = decision.stand;
        assert.equal(decision.lost, null);
      } else assert.ok(decision.kind === 'known' || decision.kind === 'gap', `${seed}: ${decision.kind}`);
    }
    assert.deepEqual(
      got,
      journal.all.slice(0, got.length).map(({ line }) => line),
      `seed ${seed}`,
    );
    assert.ok(got.length > journal.seq / 2);
  }
});
