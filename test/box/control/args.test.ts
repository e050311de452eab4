/** Each operation of the control socket takes its args, says by name what is wrong with one, and ignores none. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../../../src/base/canonical.ts';
import { operations } from '../../../src/box/control/operations.ts';
import { FakeBox } from './fake-box.ts';
import { goodArgs } from './good-args.ts';

async function refused(op: string, args: Readonly<Record<string, Json>>, message: RegExp): Promise<void> {
  const call = {
    ...{ args, who: 'jan', why: 'test', rowCount: 0, gone: AbortSignal.abort() },
    rows: async function* () {},
    item: async () => {},
  };
  const answer = async (): Promise<unknown> => operations.get(op)?.(call, new FakeBox());
  await assert.rejects(answer, { code: 'bad-request', message }, op);
}

test('no operation is asked for something that it ignores, and each says what it takes', async () => {
  for (const [op, args] of Object.entries(goodArgs)) {
    if (['bookings.add', 'keys.add'].includes(op)) continue;
    const named = args === null ? 'takes no args' : `takes .*${Object.keys(args)[0]}`;
    await refused(op, { ...args, forse: true }, new RegExp(`^"forse" is no arg of this; it ${named}`));
  }
});

const wrong: readonly (readonly [op: string, args: Readonly<Record<string, Json>>, message: RegExp])[] = [
  ['open', {}, /^slot is missing$/],
  ['open', { slot: '1' }, /^slot must be a whole number$/],
  ['open', { slot: 1_000 }, /^slot must lie between 1 and 999, not 1000$/],
  ['lockdown', { on: 1 }, /^on must be true or false$/],
  ['lockdown', { until: 'noon' }, /^until ./],
  ['bookings.cancel', { id: '' }, /^id must not be empty$/],
  ['bookings.cancel', { id: 'x'.repeat(65) }, /^id is longer than 64 characters$/],
  ['bookings.cancel', { id: 'a\nb' }, /^id holds a control character/],
  ['test.keypad', { device: 'a\u202eb' }, /^device holds U\+202E/],
  ['open', { slot: 1, ['x'.repeat(60_000)]: 1 }, /^"x{40}" is no arg/],
];

for (const [op, args, message] of wrong)
  test(`${op} says ${message.source.slice(0, 60)}`, () => refused(op, args, message));
