/** Pages of boxes find what they show by an index; what they sort is few by itself: the boxes of an account, the set of one box. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wall } from '../../../src/base/brand.ts';
import { bookingsToCome, nextBooking } from '../../../src/relay/domain/account-numbers.ts';
import { keysOfBoxes } from '../../../src/relay/domain/box-doors.ts';
import { boxHoldings } from '../../../src/relay/domain/box-holdings.ts';
import { horizonOf } from '../../../src/relay/domain/box-horizon.ts';
import { boxesBySite, countTroubled } from '../../../src/relay/domain/box-list.ts';
import type { BoxView } from '../../../src/relay/domain/boxes.ts';
import { listCommands } from '../../../src/relay/domain/commands.ts';
import { arrivedBefore, countArrived } from '../../../src/relay/domain/event-list.ts';
import { openClaimOf } from '../../../src/relay/domain/open-claim.ts';
import type { AtRest } from '../../../src/relay/secrets/at-rest.ts';
import { coveredBy } from '../../../src/relay/store/event-checkpoints.ts';
import { isScan, isSort, onBothPlans, type PlanOf } from './plan-of.ts';

const account = 'a';
const atRest = {} as AtRest;
const box = { id: 'b' } as BoxView;
const page = { after: null, limit: 9 };

type Ask = Parameters<PlanOf>[0];

const sorted: Readonly<Record<string, Ask>> = {
  'all boxes': db => boxesBySite({ tx: db, account }, {}, page),
  'further boxes': db => boxesBySite({ tx: db, account }, {}, { after: ['s', 'n', 'b'], limit: 9 }),
  'boxes in trouble': db => boxesBySite({ tx: db, account }, { view: 'trouble' }, page),
  'boxes by a text': db => boxesBySite({ tx: db, account }, { match: 'dep' }, page),
  'how many are in trouble': db => countTroubled({ tx: db, account }, 9),
  'keys of boxes': db => keysOfBoxes({ tx: db, account }, ['b', 'c']),
  'the claim that is open': db => openClaimOf({ tx: db, atRest, account, now: wall(5) }, 'b'),
};

const straight: Readonly<Record<string, Ask>> = {
  'bookings ahead of a box': db => horizonOf({ tx: db, account, now: wall(5) }, box),
  'the next booking': db => nextBooking({ tx: db, account, now: 5 }),
  'bookings of the next hours': db => bookingsToCome({ tx: db, account, now: 5 }, 9),
  'events that have come': db => countArrived({ tx: db, account }, { type: 't', box: 'b' }, 5, 9),
  'the event before an instant': db => arrivedBefore({ tx: db, account }, 'b', 5),
  'the signature that covers an event': db => coveredBy(db, { box: 'b', enrolment: 1, epoch: 1, seq: 5 }),
  'commands of a box': db => listCommands({ tx: db, account }, 'b', page),
  'older commands': db => listCommands({ tx: db, account }, 'b', { after: [5, 'c'], limit: 9 }),
};

onBothPlans('plans of boxes', planOf => {
  for (const [name, ask] of [...Object.entries(sorted), ...Object.entries(straight)])
    test(name, async () => {
      const plan = await planOf(ask);
      assert.ok(plan.length > 0, 'nothing was asked');
      const wrong = plan.filter(step => isScan(step) || (name in straight && isSort(step)));
      assert.deepEqual(wrong, [], plan.join('\n'));
    });

  test('who can open a box', async () => {
    // It begins at the box itself, which is not there: what is asked of its set is asked of any.
    const plan = await planOf(db => boxHoldings({ tx: db, account, atRest }, 'b', 9).catch(() => {}));
    assert.deepEqual(plan.filter(isScan), [], plan.join('\n'));
  });
});
