import { after, type KeyName, keyName, millis, type WallMs } from '../../base/brand.ts';
import type { Json } from '../../base/canonical.ts';
import { Fault } from '../../base/fault.ts';
import { withoutMarks } from '../../base/plain-line.ts';
import { lockdownMaxMs } from '../../wire/control.ts';
import { keyOf } from '../core/draft.ts';
import type { Command } from '../core/input.ts';
import type { BoxHandle } from '../ports.ts';
import { flagArg, instantArg, keyArg, maybe, operation, slotArg, wholeArg } from './args.ts';
import type { Call, Operation } from './call.ts';
import { badRequest } from './request.ts';

/** @throws Fault `why-missing` */
export function whyOf(call: Call): string {
  if (call.why !== null) return call.why;
  throw new Fault('why-missing', 'this needs a reason', 'Add --why TEXT.');
}

/** @throws Fault with the code of the refusal */
export async function obeyed(call: Call, box: BoxHandle, command: Command): Promise<Json> {
  const outcome = await box.command(command, call.who, call.why ?? 'not given');
  if (!outcome.done) throw new Fault(outcome.code, outcome.message, outcome.hint);
  return outcome.slot === undefined ? { done: true } : { done: true, slot: outcome.slot };
}

const open = operation({ slot: slotArg }, ({ slot }, call, box) => {
  whyOf(call);
  return obeyed(call, box, { verb: 'open', slot });
});

const openAll = operation({}, (_args, call, box) => {
  whyOf(call);
  return obeyed(call, box, { verb: 'open-all' });
});

const lockdown = operation(
  { on: flagArg, until: maybe(instantArg), forMs: maybe(wholeArg(1_000, lockdownMaxMs)) },
  (args, call, box) =>
    obeyed(call, box, { verb: 'lockdown', on: args.on, until: args.on ? lockdownEnd(args, box) : null }),
);

interface Lasting {
  readonly until: WallMs | null;
  readonly forMs: number | null;
}

function lockdownEnd({ until, forMs }: Lasting, box: BoxHandle): WallMs | null {
  if (until !== null && forMs !== null) throw badRequest('give until or forMs, not both');
  if (until !== null && until - box.judged() > lockdownMaxMs)
    throw new Fault(
      'too-long',
      'the lock-down would last more than 366 days by the clock of the box',
      'Give an earlier --until, or none: it lasts until smartbox lockdown off.',
    );
  return forMs === null ? until : after(box.judged(), millis(forMs));
}

const clockSet = operation({ time: maybe(instantArg), force: flagArg }, ({ time, force }, call, box) =>
  obeyed(call, box, { verb: 'clock-set', wall: time, force }),
);

/** Taking a slot back into service also forgets the faults for which it was taken out. */
const maintenance = operation({ slot: slotArg, on: flagArg }, async ({ slot, on }, call, box) => {
  const done = await obeyed(call, box, { verb: 'maintenance', slot, on });
  return on ? done : obeyed(call, box, { verb: 'restore-slot', slot });
});

const auditFix = operation(
  { slot: slotArg, key: maybe(keyArg), empty: flagArg },
  ({ slot, key, empty }, call, box) => {
    whyOf(call);
    if ((key === null) !== empty) throw badRequest('give key or empty, one of the two');
    return obeyed(call, box, { verb: 'correct', slot, key: key === null ? null : keyIn(box, key) });
  },
);

/** A key of this box; where none has the name as it was typed, the one that has it without marks. */
export function keyIn(box: BoxHandle, typed: KeyName): KeyName {
  return keyOf(box.state(), typed) === null ? keyName(withoutMarks(typed)) : typed;
}

export const commandOperations: readonly (readonly [string, Operation])[] = [
  ['open', open],
  ['open-all', openAll],
  ['lockdown', lockdown],
  ['clock.set', clockSet],
  ['maintenance', maintenance],
  ['audit.fix', auditFix],
];
