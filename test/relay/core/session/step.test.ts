import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wall } from '../../../../src/base/brand.ts';
import type { Effect, Input } from '../../../../src/relay/core/session/input.ts';
import type { SessionState } from '../../../../src/relay/core/session/state.ts';
import { startMs } from '../journal-lines.ts';
import { Bench, key, receipt, types, updates } from './bench.ts';

test('changes go out at once, four at most, and what changed meanwhile goes along', () => {
  const bench = new Bench();
  for (let rev = 5; rev < 9; rev += 1) {
    assert.deepEqual(updates(bench.take({ type: 'dirty' })), [rev]);
    assert.deepEqual(updates(bench.take({ type: 'dirty' })), [], 'it is being read');
    // What changed while it was read is asked for next, as long as there is room.
    const next = bench.sent(rev, rev + 1);
    assert.deepEqual(updates(next), rev < 8 ? [rev + 1] : []);
    if (rev < 8) bench.take({ type: 'sent', from: rev + 1, to: rev + 1, count: 1, digest: '', parts: 1 });
  }
  assert.equal(bench.state.unproven.length, 4);
  assert.deepEqual(updates(bench.take({ type: 'dirty' })), []);
  assert.deepEqual(updates(bench.receipt({ rev: 7, digest: '7'.padStart(64, '0') })), [9]);
  assert.equal(bench.state.known.rev, 7);
});

test('what is not proven in time is sent again from what the box last said, less and less often', () => {
  const bench = new Bench();
  bench.take({ type: 'dirty' });
  bench.sent(5, 6);
  assert.deepEqual(updates(bench.take({ type: 'tick' }, 4_000)), []);
  assert.deepEqual(updates(bench.take({ type: 'tick' }, 1_100)), [5]);
  bench.sent(5, 6);
  assert.deepEqual(updates(bench.take({ type: 'tick' }, 9_000)), []);
  assert.deepEqual(updates(bench.take({ type: 'tick' }, 1_100)), [5]);
});

test('a challenge is answered once, when the box has all there is, and not after half a minute', () => {
  const challenge = 'c'.repeat(32);
  const bench = new Bench();
  assert.match(types(bench.receipt({ challenge })), /vouch/);
  assert.doesNotMatch(types(bench.receipt()), /vouch/);
  bench.take({ type: 'dirty' });
  bench.sent(5, 6);
  assert.doesNotMatch(types(bench.receipt({ challenge: 'd'.repeat(32) })), /vouch/);
  assert.match(types(bench.receipt({ rev: 6, digest: '6'.padStart(64, '0') }, 20_000)), /vouch/);
  bench.take({ type: 'dirty' });
  bench.sent(6, 7);
  bench.receipt({ rev: 6, challenge: 'e'.repeat(32) });
  assert.doesNotMatch(types(bench.receipt({ rev: 7, digest: '7'.padStart(64, '0') }, 31_000)), /vouch/);
});

test('an old word proves nothing that is not known; it may still show where the box is', () => {
  const bench = new Bench({ told: wall(startMs + 900), newest: 8, known: { epoch: 1, rev: 5 } });
  bench.take({ type: 'dirty' });
  bench.sent(5, 8);
  bench.receipt({ rev: 7, at: startMs - 60_000 });
  assert.equal(bench.state.known.rev, 5);
  bench.receipt({ rev: 8, at: startMs - 60_000, digest: '9'.repeat(64) });
  assert.equal(bench.state.known.rev, 5, 'not the set that was sent');
  const late = new Bench({ told: wall(startMs + 900), newest: 8, known: { epoch: 1, rev: 5 } });
  late.take({ type: 'dirty' });
  late.sent(5, 8);
  late.receipt({ rev: 8, at: startMs - 60_000, digest: '8'.padStart(64, '0') });
  assert.equal(late.state.known.rev, 8, 'a box with a wrong clock that answers what was sent just now');
});

test('an older revision is believed only of a word that is later than all before', () => {
  const bench = new Bench();
  bench.receipt({ at: startMs + 900 });
  bench.receipt({ rev: 3, at: startMs + 900 });
  assert.equal(bench.state.known.rev, 5);
  bench.receipt({ rev: 3, at: startMs + 950 });
  assert.equal(bench.state.known.rev, 3);
});

test('two sets under one revision: the relay counts on, so that the box sees it', () => {
  const bench = new Bench();
  assert.match(types(bench.take({ type: 'differs', rev: 5, newest: 5 })), /raise/);
  assert.deepEqual(updates(bench.take({ type: 'differs', rev: 5, newest: 6 })), [5]);
});

test('a revision that nothing sent has led to counts when its set is found to be the relay’s own, and not before', () => {
  const bench = new Bench({ newest: 8 });
  const [check] = bench.receipt({ rev: 8 }).filter(({ type }) => type === 'check');
  assert.ok(check?.type === 'check');
  assert.equal(bench.state.known.rev, 5);
  assert.match(types(bench.take({ type: 'checked', up: check.up })), /heard/);
  assert.equal(bench.state.known.rev, 8);
  const other = new Bench({ newest: 8 });
  other.receipt({ rev: 8 });
  other.receipt({ rev: 6, boxEpoch: 2 }, 10);
  other.take({ type: 'checked', up: check.up });
  assert.equal(other.state.known.rev, 5, 'it has said something else since');
  const ahead = new Bench();
  assert.match(types(ahead.receipt({ rev: 9 })), /check/);
  assert.match(types(ahead.take({ type: 'differs', rev: 9, newest: 5 })), /raise/);
  assert.equal(types(ahead.take({ type: 'differs', rev: 2 ** 52, newest: 5 })), 'problem');
  assert.equal(ahead.state.known.rev, 5);
});

test('what did not fit is asked for: a delta from where the box is, or all of it', () => {
  const bench = new Bench({ newest: 9 });
  bench.take({ type: 'dirty' });
  bench.sent(5, 9);
  assert.deepEqual(updates(bench.receipt({ rev: 4, wants: 'delta' })), [4]);
  bench.sent(4, 9);
  assert.deepEqual(updates(bench.receipt({ rev: 4, wants: 'delta' })), [], 'it is on its way');
  assert.deepEqual(updates(bench.receipt({ rev: 4, wants: 'snapshot' })), [null]);
  assert.deepEqual(updates(new Bench({ epoch: 2 }).receipt()), [null], 'a relay that was restored');
  assert.match(types(new Bench().receipt({ epoch: 2 })), /problem/);
});

test('gaps and repeats are answered with what is stored, once in a moment', () => {
  const bench = new Bench();
  const gap: Input = { type: 'not-stored', why: 'gap', detail: '' };
  assert.equal(types(bench.take(gap)), 'ack');
  assert.equal(types(bench.take(gap, 100)), '');
  assert.equal(types(bench.take({ ...gap, why: 'known' }, 600)), 'ack');
  const stand = { epoch: 1, seq: 12, head: 'e'.repeat(64) };
  assert.equal(types(bench.take({ type: 'stored', stand, at: wall(startMs), lost: null })), 'ack');
});

test('a fork is told, and the box begins a new epoch, whose events are then asked for', () => {
  const bench = new Bench();
  const fork: Input = { type: 'not-stored', why: 'fork', detail: 'x' };
  assert.equal(types(bench.take(fork)), 'problem new-epoch');
  assert.equal(types(bench.take(fork, 1_000)), '', 'ordered once');
  assert.match(types(bench.receipt({ boxEpoch: 2, seq: 14 })), /resend-all/);
  const asked = bench.take(fork, 1_000).find(each => each.type === 'send');
  assert.deepEqual(asked?.type === 'send' && asked.message, { kind: 'ack', boxEpoch: 2, seq: 0 });
});

test('what a box says to be used up counts once all its events up to that word are stored', () => {
  const spents = (effects: readonly Effect[]) => effects.filter(({ type }) => type === 'spent');
  const bench = new Bench();
  const counts = [{ type: 'spent', ids: ['b-1'], rev: 5 }];
  assert.deepEqual(spents(bench.receipt({ spent: ['b-1'] })), counts);
  assert.deepEqual(spents(bench.receipt()), []);
  const ahead = { seq: 11, head: 'e'.repeat(64) };
  assert.deepEqual(spents(bench.receipt({ ...ahead, spent: ['b-1'] })), [], 'its event may be on the way');
  const stored = (stand: SessionState['stand']): Input => ({
    ...{ type: 'stored', stand, at: wall(startMs), lost: null },
  });
  assert.deepEqual(spents(bench.take(stored({ epoch: 1, ...ahead }))), counts);
  assert.deepEqual(spents(bench.take(stored({ epoch: 1, seq: 12, head: 'd'.repeat(64) }))), [], 'once');
  const soon = { seq: 14, head: 'c'.repeat(64) };
  assert.deepEqual(spents(bench.receipt({ ...soon, spent: ['b-1'] })), []);
  // What was written since that word is stored along with it: nobody waits for another word.
  assert.deepEqual(spents(bench.take(stored({ epoch: 1, seq: 17, head: 'b'.repeat(64) }))), counts);
  const at = startMs - 60_000;
  assert.deepEqual(spents(bench.receipt({ seq: 12, head: 'd'.repeat(64), at, spent: ['b-1'] })), [], 'late');
  const other = { seq: 17, head: 'b'.repeat(64), epoch: 2 };
  assert.deepEqual(spents(bench.receipt({ ...other, spent: ['b-1'] })), [], 'of another relay epoch');
});

test('commands: sent when the link is up, again until they end, given up after that', () => {
  const bench = new Bench({ link: 'lost' });
  const pending = [{ id: 'c1', notAfter: wall(startMs + 61_000) }];
  assert.equal(types(bench.take({ type: 'commands', pending })), '');
  assert.match(types(bench.take({ type: 'state', link: 'up' })), /command/);
  assert.equal(types(bench.take({ type: 'tick' }, 4_000)), '');
  assert.match(types(bench.take({ type: 'tick' }, 1_100)), /command/);
  assert.doesNotMatch(types(bench.take({ type: 'tick' }, 60_000)), /command/);
  assert.deepEqual(
    bench.take({ type: 'tick' }, 61_000).filter(({ type }) => type === 'outcome'),
    [{ type: 'outcome', id: 'c1', outcome: 'no-answer' }],
  );
});

test('silence of three receipts is a lost link; messages refused are told once a minute', () => {
  const bench = new Bench();
  bench.receipt();
  assert.equal(types(bench.take({ type: 'tick' }, 31 * 60_000)), '');
  assert.equal(types(bench.take({ type: 'tick' }, 60_000)), 'link');
  assert.equal(bench.state.link, 'lost');
  const other = new Bench();
  other.receipt();
  assert.equal(types(other.take({ type: 'refused', reason: 'cannot-open' })), 'problem');
  for (let at = 0; at < 50; at += 1)
    assert.equal(types(other.take({ type: 'refused', reason: 'not-json' }, 1)), '');
  const [told] = other.take({ type: 'tick' }, 60_000);
  assert.ok(told?.type === 'problem' && told.detail.startsWith('50 refused'));
  assert.equal(types(other.take({ type: 'tick' }, 8 * 60_000)), '');
});

test('a box that signs with another key than it was enrolled with is to be enrolled again, until it is believed', () => {
  const bench = new Bench();
  bench.receipt();
  const [first, second] = bench.take({ type: 'refused', reason: 'bad-signature' });
  assert.ok(first?.type === 'problem' && first.kind === 're-enrol');
  assert.match(first.detail, /signing key was lost.*enrol it again/);
  assert.ok(second?.type === 'problem' && second.kind === 'message-rejected');
  const solves = (of: Bench) => of.receipt().flatMap(each => (each.type === 'solved' ? [each.kind] : []));
  assert.deepEqual(solves(bench), ['re-enrol']);
  assert.deepEqual(solves(new Bench()), ['re-enrol', 'message-rejected'], 'a session that has refused none');
});

test('a box is led to the newest key once in half a minute, until it has pinned it', () => {
  const bench = new Bench();
  bench.newest = 'b'.repeat(32);
  assert.equal(types(bench.take({ type: 'rotated' })), 'keys');
  assert.equal(types(bench.take({ type: 'tick' }, 1_000)), '');
  assert.equal(types(bench.take({ type: 'tick' }, 30_000)), 'keys');
  bench.take({ type: 'said', relay: bench.newest, up: receipt({ at: startMs + bench.nowMs }) });
  assert.equal(types(bench.take({ type: 'tick' }, 31_000)), '');
});

test('a box that is ahead of us is told where we are, if that was not said lately', () => {
  const bench = new Bench();
  const heard = 'solved solved heard';
  assert.equal(types(bench.receipt({ seq: 12 })), `${heard} ack`, 'a session that has said nothing');
  assert.equal(types(bench.receipt({ seq: 13 }, 1_000)), heard, 'its events are on their way');
  assert.equal(types(bench.receipt({ seq: 13 }, 20_000)), `${heard} ack`);
  assert.equal(types(bench.receipt({}, 60_000)), 'solved solved heard');
});

test('words under another key: the newest is believed of an old word, and from any other one the box is led on', () => {
  const bench = new Bench();
  const [before, newest] = ['0'.repeat(32), 'b'.repeat(32)];
  bench.newest = newest;
  bench.take({ type: 'rotated' });
  const old = receipt({ at: startMs - 3_600_000 });
  const led = bench.take({ type: 'said', relay: before, up: old }, 30_000);
  assert.deepEqual(
    led.filter(({ type }) => type === 'keys'),
    [{ type: 'keys', from: before }],
  );
  assert.equal(bench.state.pinned, key);
  bench.take({ type: 'said', relay: newest, up: old }, 1_000);
  assert.equal(bench.state.pinned, newest);
});

test('a box that was restored has the key of then, whatever epoch its journal is in', () => {
  const bench = new Bench({ boxEpoch: 3 });
  const before = '0'.repeat(32);
  bench.take({ type: 'said', relay: before, up: receipt({ at: startMs + 2_000 }) });
  assert.equal(bench.state.pinned, before);
});

test('a box that is behind, or has another last event, is ordered a new epoch and told what we have', () => {
  const has = { boxEpoch: 1, seq: 10, head: 'f'.repeat(64) };
  for (const wrong of [{ seq: 7 }, { head: '0'.repeat(64) }]) {
    const bench = new Bench();
    assert.equal(types(bench.receipt({ ...wrong, at: startMs - 1 })), 'solved solved heard', 'an old word');
    const [order] = bench.receipt(wrong, 10).filter(({ type }) => type === 'send');
    assert.ok(order?.type === 'send' && order.message.kind === 'new-epoch');
    assert.deepEqual([order.message.above, order.message.has], [1, has]);
  }
  const bench = new Bench({ told: wall(startMs + 86_400_000) });
  assert.equal(types(bench.receipt({ seq: 7 })), 'solved solved heard new-epoch', 'our clock was wrong');
});

test('a box that goes on in an epoch before one that it had begun is ordered a newer one, also when it is ahead of what we have', () => {
  for (const seq of [5, 10, 54]) {
    const bench = new Bench({ boxEpoch: 2 });
    const sent = bench
      .receipt({ seq, boxEpoch: 1 })
      .flatMap(each => (each.type === 'send' ? [each.message] : []));
    const order = sent.find(message => message.kind === 'new-epoch');
    assert.equal(order?.above, 2, `at ${seq}`);
  }
});

test('after our clock was wrong by a day what is said now is not old', () => {
  const bench = new Bench({ told: wall(startMs + 86_400_000) });
  bench.take({ type: 'sent', from: 5, to: 6, count: 1, digest: '6'.padStart(64, '0'), parts: 1 });
  assert.match(types(bench.receipt({ rev: 6, digest: '0'.repeat(64) })), /^solved solved check/);
});
