/** Events of many boxes at once: what is too much waits, and is not thrown away. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silent } from '../../../src/base/log.ts';
import { EventIntake } from '../../../src/relay/boxes/event-intake.ts';
import type { FleetDeps } from '../../../src/relay/boxes/fleet-deps.ts';
import { readEventLine } from '../../../src/relay/core/event-line.ts';
import { chainReady, noHash } from '../../../src/wire/chain.ts';
import { JournalWriter } from '../core/journal-lines.ts';

const linesEach = 64;

test('a flood fills the intake to its limit, and there is room again when the disk has answered', async () => {
  await chainReady;
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const store = {
    write: async (): Promise<never> => {
      await answered;
      throw new Error('the disk is full');
    },
  };
  const intake = new EventIntake({ store, log: silent } as unknown as FleetDeps, () => {});
  const { all } = new JournalWriter().many(linesEach);
  const lines = all.map(({ line }) => readEventLine(line)).filter(each => each !== null);
  assert.equal(lines.length, linesEach);
  const from = { epoch: 1, seq: 0, head: noHash };
  const stand = { epoch: 1, seq: linesEach, head: noHash };
  let settled = 0;
  let pushed = 0;
  for (; !intake.full; pushed += 1) {
    assert.ok(pushed < 10_000, 'it has a limit');
    intake.push({
      owner: { account: 'main', box: `b${pushed}`, enrolment: 1 },
      from,
      what: { kind: 'store', lines, stand, anchor: null, lost: null },
      checkpoint: null,
      settle: outcome => {
        assert.equal(outcome, null);
        settled += 1;
      },
    });
  }
  let isRoom = false;
  const room = intake.room().then(() => {
    isRoom = true;
  });
  await new Promise(setImmediate);
  assert.equal(isRoom, false, 'nobody goes on while the disk has not answered');
  answer();
  await room;
  await intake.settled();
  assert.equal(settled, pushed, 'every batch hears what became of it');
  assert.equal(intake.full, false);
});
