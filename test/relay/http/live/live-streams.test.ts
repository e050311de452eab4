import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readScopes, type Scope } from '../../../../src/relay/http/api/scopes.ts';
import { LiveStreams } from '../../../../src/relay/http/live/live-streams.ts';
import type { News } from '../../../../src/relay/store/commit-effects.ts';
import { FakeTime } from '../../../fake-time.ts';

const all = new Set(readScopes(['admin']).scopes);

function rig() {
  const time = new FakeTime();
  let hear: (news: readonly News[]) => void = () => {};
  let isHeard = true;
  const streams = new LiveStreams(time, listener => {
    hear = listener;
    return () => {
      isHeard = false;
    };
  });
  const open = (account: string, given: ReadonlySet<Scope> = all) => {
    const page = { said: [] as string[], isOver: false, scopes: given as ReadonlySet<Scope> | null };
    const listener = {
      account,
      send: (text: string) => void page.said.push(text),
      end: () => {
        page.isOver = true;
      },
      scopes: () => Promise.resolve(page.scopes),
    };
    const isLet = streams.add(listener, given);
    return { page, isLet, close: () => streams.remove(listener) };
  };
  const say = (account: string, ...names: readonly string[]) => hear(names.map(name => ({ account, name })));
  return { time, streams, open, say, isHeard: () => isHeard };
}

const names = (said: readonly string[]): readonly string[] =>
  said.flatMap(text => [...text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name ?? ''));

test('a page hears names of its own account, and nothing of what is new about them', () => {
  const { open, say } = rig();
  const [mine, theirs] = [open('a'), open('b')];
  say('a', 'bookings', 'box-1', 'bookings');
  assert.deepEqual(mine.page.said, ['event: bookings\ndata:\n\nevent: box-1\ndata:\n\n']);
  assert.deepEqual(theirs.page.said, []);
});

test('however much happens, it is told once a second, and each name once', () => {
  const { time, open, say } = rig();
  const { page } = open('a');
  say('a', 'events');
  for (let at = 0; at < 50; at += 1) say('a', 'events', 'problems');
  assert.deepEqual(names(page.said), ['events']);
  time.advance(999);
  assert.deepEqual(names(page.said), ['events']);
  time.advance(1);
  assert.deepEqual(names(page.said), ['events', 'events', 'problems']);
  time.advance(5_000);
  assert.equal(page.said.length, 2);
});

test('whoever may not see something does not hear of it', () => {
  const { open, say } = rig();
  const { page } = open('a', new Set(['events:read']));
  say('a', 'bookings', 'boxes', 'box-1', 'events', 'problems');
  assert.deepEqual(names(page.said), ['events']);
});

test('a stream beats while nothing happens, and ends with its session', async () => {
  const { time, open } = rig();
  const { page } = open('a');
  time.advance(25_000);
  assert.deepEqual(page.said, [':\n\n']);
  await Promise.resolve();
  assert.equal(page.isOver, false);
  page.scopes = null;
  time.advance(25_000);
  await Promise.resolve();
  assert.equal(page.isOver, true);
});

test('a session that is ended hears nothing more at once, and other rights hold from then on', async () => {
  const { time, open, say } = rig();
  const [gone, less] = [open('a'), open('a')];
  gone.page.scopes = null;
  less.page.scopes = new Set<Scope>(['boxes:read']);
  say('a', 'sessions');
  await Promise.resolve();
  assert.deepEqual([gone.page.isOver, less.page.isOver], [true, false]);
  time.advance(1_000);
  say('a', 'bookings', 'boxes');
  assert.deepEqual(names(less.page.said), ['boxes']);
});

test('an account has two hundred streams, and another one is not kept from its own', () => {
  const { open } = rig();
  const opened = Array.from({ length: 200 }, () => open('a'));
  assert.ok(opened.every(({ isLet }) => isLet));
  assert.equal(open('a').isLet, false);
  assert.equal(open('b').isLet, true);
  opened[0]?.close();
  assert.equal(open('a').isLet, true);
});

test('when the relay stops, each stream ends and nothing is waited for', () => {
  const { time, streams, open, say, isHeard } = rig();
  const { page } = open('a');
  say('a', 'events');
  say('a', 'events');
  streams.close();
  assert.deepEqual([page.isOver, isHeard(), time.armed], [true, false, 0]);
});
