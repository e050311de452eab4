import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { Fault } from '../../../src/base/fault.ts';
import { mustBeUnder, notifySettings, underCeilings } from '../../../src/relay/domain/notify-settings.ts';

const ceilings = { perDay: 500, perPhoneDay: 5 };

test('an account sets no more messages than the relay allows, and is told which ceiling it is', () => {
  for (const name of ['perDay', 'perPhoneDay'] as const) {
    mustBeUnder(ceilings, { [name]: ceilings[name] });
    assert.throws(
      () => mustBeUnder(ceilings, { [name]: ceilings[name] + 1 }),
      (error: unknown) =>
        error instanceof Fault &&
        error.message.includes(`settings.notify.${name}: must be at most ${ceilings[name]}`) &&
        /relay\.yaml/.test(error.hint),
    );
  }
});

test('a ceiling that was lowered holds for what was set before, and raises nothing', () => {
  const set = v.parse(notifySettings, { perDay: 2_000, perPhoneDay: 3 });
  const { perDay, perPhoneDay } = underCeilings(set, ceilings);
  assert.deepEqual([perDay, perPhoneDay], [500, 3]);
});
