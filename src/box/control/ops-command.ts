import { after, type KeyName, keyName, millis, type SlotId, slotId, type WallMs } from '../../base/brand.ts';
import type { Json } from '../../base/canonical.ts';
import { Fault } from '../../base/fault.ts';
import { parsePlanned } from '../../base/instant.ts';
import { withoutMarks } from '../../base/plain-line.ts';
import { lockdownMaxMs } from '../../wire/control.ts';
import { keyOf } from '../core/draft.ts';
import type { Command } from '../core/input.ts';
import type { BoxHandle } from '../ports.ts';
import { type Args, badRequest, flagArg, optionalText, optionalWhole, soughtArg, wholeArg } from './args.ts';
import type { Call, Operation } from './call.ts';

const slotMax = 999;

export const slotArg = (args: Args): SlotId => slotId(wholeArg(args, 'slot', { min: 1, max: slotMax }));

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

const open: Operation = (call, box) => {
  whyOf(call);
  return obeyed(call, box, { verb: 'open', slot: slotArg(call.args) });
};

const openAll: Operation = (call, box) => {
  whyOf(call);
  return obeyed(call, box, { verb: 'open-all' });
};

const lockdown: Operation = (call, box) => {
  const on = flagArg(call.args, 'on');
  return obeyed(call, box, { verb: 'lockdown', on, until: on ? lockdownEnd(call.args, box) : null });
};

function lockdownEnd(args: Args, box: BoxHandle): WallMs | null {
  const until = instantArg(args, 'until');
  const forMs = optionalWhole(args, 'forMs', { min: 1_000, max: lockdownMaxMs });
  if (until !== null && forMs !== null) throw badRequest('give until or forMs, not both');
  if (until !== null && until - box.judged() > lockdownMaxMs)
    throw new Fault(
      'too-long',
      'the lock-down would last more than 366 days by the clock of the box',
      'Give an earlier --until, or none: it lasts until smartbox lockdown off.',
    );
  return forMs === null ? until : after(box.judged(), millis(forMs));
}

export function instantArg(args: Args, name: string): WallMs | null {
  const text = optionalText(args, name, 64);
  if (text === null) return null;
  const read = parsePlanned(text);
  if ('problem' in read) throw badRequest(`${name} ${read.problem}`);
  return read.at;
}

const clockSet: Operation = (call, box) =>
  obeyed(call, box, {
    verb: 'clock-set',
    wall: instantArg(call.args, 'time'),
    force: flagArg(call.args, 'force'),
  });

/** Taking a slot back into service also forgets the faults for which it was taken out. */
const maintenance: Operation = async (call, box) => {
  const slot = slotArg(call.args);
  const on = flagArg(call.args, 'on');
  const done = await obeyed(call, box, { verb: 'maintenance', slot, on });
  return on ? done : obeyed(call, box, { verb: 'restore-slot', slot });
};

const auditFix: Operation = (call, box) => {
  whyOf(call);
  const key = call.args.key === undefined || call.args.key === null ? null : keyArg(call.args, box);
  if ((key === null) !== flagArg(call.args, 'empty')) throw badRequest('give key or empty, one of the two');
  const slot = slotArg(call.args);
  return obeyed(call, box, { verb: 'correct', slot, key });
};

/** A key of this box; where none has the name as it was typed, the one that has it without marks. */
export function keyArg(args: Args, box: BoxHandle): KeyName {
  const typed = keyName(soughtArg(args, 'key', 64));
  return keyOf(box.state(), typed) === null ? keyName(withoutMarks(typed)) : typed;
}

export const learnCommand = (args: Args, box: BoxHandle): Command => {
  const slot = optionalWhole(args, 'slot', { min: 1, max: slotMax });
  const key = keyArg(args, box);
  return { verb: 'learn', key, slot: slot === null ? null : slotId(slot) };
};

export const commandOperations: readonly (readonly [string, Operation])[] = [
  ['open', open],
  ['open-all', openAll],
  ['lockdown', lockdown],
  ['clock.set', clockSet],
  ['maintenance', maintenance],
  ['audit.fix', auditFix],
];
