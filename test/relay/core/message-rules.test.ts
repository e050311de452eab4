import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type MessageFacts,
  type MessageStep,
  messageStep,
  type ToldBooking,
} from '../../../src/relay/core/message-rules.ts';

const hour = 3_600_000;
const now = 100 * hour;
const booking: ToldBooking = {
  state: 'on-box',
  start: now + hour,
  end: now + 9 * hour,
  proven: true,
  keyAway: false,
  sameDriver: true,
};
const facts: MessageFacts = {
  ...{ kind: 'access', now, until: now + 9 * hour, booking, quietUntil: null, optedOut: false },
  numberIsGuess: false,
  ...{ sentOfAccount: 0, perDay: 10, sentToPhone: 0, perPhoneDay: 3 },
};
const send = 'send';

type Row = readonly [
  what: string,
  facts: Partial<MessageFacts>,
  booking: Partial<ToldBooking> | null,
  step: string,
];

const rows: readonly Row[] = [
  ['a code that the box has', {}, {}, send],
  ['too late to the millisecond', { until: now }, {}, 'drop too-late'],
  ['a code that the box has not', {}, { proven: false, state: 'sent' }, 'wait not-on-box'],
  ['a code whose key is with somebody else', {}, { keyAway: true }, send],
  ['that a key is back, while it is not', { kind: 'key-back' }, { keyAway: true }, 'wait key-away'],
  [
    'that a key is back, to the box that is not told of its booking',
    { kind: 'key-back' },
    { proven: false, state: 'sent' },
    'wait not-on-box',
  ],
  ['that a key is back', { kind: 'key-back' }, {}, send],
  ['that a key is back, once it was taken', { kind: 'key-back' }, { state: 'taken' }, 'drop taken'],
  [
    'that a key is back, to who had it next',
    { kind: 'key-back' },
    { sameDriver: false },
    'drop other-driver',
  ],
  ['that a key is back, after the end', { kind: 'key-back' }, { end: now }, 'drop over'],
  ['news of the wait itself', { kind: 'waiting' }, { proven: false, state: 'box-unreachable' }, send],
  ['news of a wait that is over', { kind: 'waiting' }, {}, 'drop on-box'],
  ['a code for another driver', {}, { sameDriver: false }, 'drop other-driver'],
  ['a code of a cancelled booking', {}, { state: 'cancelled' }, 'drop cancelled'],
  ['a cancellation', { kind: 'cancelled' }, { state: 'cancelled', sameDriver: false }, send],
  ['a reminder of a key that is taken', { kind: 'reminder' }, { state: 'taken' }, 'drop taken'],
  ['a new code while the key is in', { kind: 'fresh-code' }, { state: 'returned' }, send],
  ['a new time while the key is out', { kind: 'moved' }, { state: 'taken' }, send],
  ['overdue', { kind: 'overdue' }, { state: 'overdue', end: now - hour }, send],
  ['overdue, but back', { kind: 'overdue' }, { state: 'returned' }, 'drop not-out'],
  ['a booking that is over', {}, { end: now }, 'drop over'],
  ['a booking without end', {}, { end: null }, send],
  ['a prompt about nobody’s booking', { kind: 'prompt' }, null, send],
  ['somebody asks again', { kind: 'asked-again' }, { state: 'ended', end: now - hour }, send],
  ['opted out', { optedOut: true }, {}, 'opted-out'],
  ['quiet, with time', { quietUntil: now + hour / 2 }, {}, 'wait quiet'],
  ['quiet, but it begins before', { quietUntil: now + 2 * hour }, {}, send],
  ['quiet, but somebody stands there', { kind: 'fresh-code', quietUntil: now + hour / 2 }, {}, send],
  ['quiet, for administrators too', { kind: 'prompt', quietUntil: now + hour }, null, 'wait quiet'],
  ['a number that has got enough', { sentToPhone: 3 }, {}, 'drop phone-cap'],
  ['an account that has sent enough', { sentOfAccount: 10 }, {}, 'wait account-cap'],
];

const said = (step: MessageStep): string => ('why' in step ? `${step.do} ${step.why}` : step.do);

test('what becomes of a message', () => {
  for (const [what, some, of, step] of rows) {
    const about = of === null ? null : { ...booking, ...of };
    assert.equal(said(messageStep({ ...facts, ...some, booking: about })), step, what);
  }
});

test('whoever waits is looked at again later, and not for ever', () => {
  for (const [, some, of] of rows) {
    const step = messageStep({ ...facts, ...some, booking: of === null ? null : { ...booking, ...of } });
    if (step.do === 'wait') assert.ok(step.until > now && step.until <= now + hour);
  }
});
