import { never } from '../../base/assert.ts';
import { hours, millis, minutes, seconds, slotId, type WallMs, wall } from '../../base/brand.ts';
import { codeOf, Fault } from '../../base/fault.ts';
import type { CommandMessage, Order } from '../../wire/down.ts';
import type { Result } from '../../wire/up.ts';
import { trusted } from '../core/clock.ts';
import type { Effect, Outcome } from '../core/effect.ts';
import type { Command, InputBody } from '../core/input.ts';
import type { BoxState, Overlay } from '../core/model.ts';
import type { Synced } from '../ports.ts';

interface CommandHandlerDeps {
  readonly synced: () => Synced;
  readonly state: () => BoxState;
  readonly judged: () => WallMs;
  readonly write: (input: InputBody, also: (effects: readonly Effect[]) => void) => void;
  /** The challenge is one of ours, and not old. */
  readonly isFresh: (challenge: string | null) => boolean;
}

/** A command cannot be meant for longer; so its answer need not be kept for ever. */
const aheadMaxMs = 7 * 86_400_000;
const refusedMax = 256;

/**
 * Commands of the relay: each is judged once, and runs at most once, in the transaction that remembers its answer. What was
 * refused is remembered in the file too: a broker that says it again after a restart gets the same answer.
 */
export class CommandHandler {
  readonly #deps: CommandHandlerDeps;
  /** Refusals that the file has not taken yet, oldest first: the disk refused too. Tried again with each command. */
  readonly #refused = new Map<string, Refused>();

  constructor(deps: CommandHandlerDeps) {
    this.#deps = deps;
  }

  /** The answer, and whether this was the first time. */
  execute(message: CommandMessage): { readonly result: Result; readonly first: boolean } {
    for (const refused of this.#refused.values()) this.#keep(refused);
    const known = this.#deps.synced().answerTo(message.id);
    if (known !== null) return { result: JSON.parse(known) as Result, first: false };
    const before = this.#refused.get(message.id);
    if (before !== undefined) return { result: before.result, first: false };
    const code = this.#objection(message);
    const result = code === null ? this.#run(message) : this.#refuse(message, code);
    return { result, first: true };
  }

  /**
   * Why it is not run now; null: it is. A clock that nobody has vouched for in this boot may stand hours behind however
   * plausible it is, and then a command that was held back would still seem to be in time.
   */
  #objection({ notAfter, challenge }: CommandMessage): string | null {
    const { level } = this.#deps.state().clock;
    const now = this.#deps.judged();
    if (trusted(level) && now > notAfter) return 'expired';
    if (trusted(level) && notAfter - now > aheadMaxMs) return 'too-far-ahead';
    return level === 'synced' || this.#deps.isFresh(challenge) ? null : 'challenge';
  }

  #run(message: CommandMessage): Result {
    const { id, who, why } = message;
    let result = refusal(id, 'not-run');
    const input: InputBody = {
      ...{ type: 'command', id: 0, who, why, by: 'remote' },
      command: commandOf(message.order),
    };
    try {
      this.#deps.write(input, effects => {
        result = resultOf(id, outcomeIn(effects));
        const notAfter = wall(message.notAfter);
        this.#deps.synced().remember({ id, notAfter, answer: JSON.stringify(result) });
      });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      result = this.#refuse(message, codeOf(error));
    }
    return result;
  }

  #refuse({ id, notAfter }: CommandMessage, code: string): Result {
    const result = refusal(id, code);
    this.#refused.set(id, { result, notAfter: wall(notAfter) });
    for (const oldest of this.#refused.keys()) {
      if (this.#refused.size <= refusedMax) break;
      this.#refused.delete(oldest);
    }
    this.#keep({ result, notAfter: wall(notAfter) });
    return result;
  }

  #keep({ result, notAfter }: Refused): void {
    const { id } = result;
    try {
      this.#deps.write({ type: 'woke' }, () =>
        this.#deps.synced().remember({ id, notAfter, answer: JSON.stringify(result) }),
      );
      this.#refused.delete(id);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
  }
}

interface Refused {
  readonly result: Result;
  readonly notAfter: WallMs;
}

const refusal = (id: string, code: string): Result => ({ kind: 'result', id, done: false, code, slot: null });

function outcomeIn(effects: readonly Effect[]): Outcome {
  for (const effect of effects) if (effect.type === 'answer') return effect.outcome;
  return { done: false, code: 'not-run', message: '', hint: '' };
}

const resultOf = (id: string, outcome: Outcome): Result =>
  outcome.done
    ? { kind: 'result', id, done: true, code: null, slot: outcome.slot ?? null }
    : refusal(id, outcome.code);

function commandOf(order: Order): Command {
  switch (order.verb) {
    case 'open':
      return { verb: 'open', slot: slotId(order.slot) };
    case 'lockdown':
      return { verb: 'lockdown', on: order.on, until: order.until === null ? null : wall(order.until) };
    case 'resync':
      return { verb: 'resync' };
    case 'restore':
      return { verb: 'restore-slot', slot: slotId(order.slot) };
    case 'rules':
      return { verb: 'rules', rules: rulesOf(order.rules) };
    case 'texts':
      return { verb: 'texts', texts: textsOf(order.texts) };
    default:
      return never(order);
  }
}

type RulesPatch = Extract<Order, { verb: 'rules' }>['rules'];

/** Only what is named changes. */
function rulesOf(patch: RulesPatch): Overlay['rules'] {
  const { leadMin, openWithinS, doorHeldS, doorSettleMs, dueSoonMin, overdueGraceMin } = patch;
  const { maxSyncAgeH, badgeNeedsPin } = patch;
  return {
    ...(leadMin === undefined ? {} : { leadMs: minutes(leadMin) }),
    ...(openWithinS === undefined ? {} : { openWithinMs: seconds(openWithinS) }),
    ...(doorHeldS === undefined ? {} : { doorHeldMs: seconds(doorHeldS) }),
    ...(doorSettleMs === undefined ? {} : { doorSettleMs: millis(doorSettleMs) }),
    ...(dueSoonMin === undefined ? {} : { dueSoonMs: minutes(dueSoonMin) }),
    ...(overdueGraceMin === undefined ? {} : { overdueGraceMs: minutes(overdueGraceMin) }),
    ...(maxSyncAgeH === undefined
      ? {}
      : { maxSyncAgeMs: maxSyncAgeH === null ? null : millis(hours(maxSyncAgeH)) }),
    ...(badgeNeedsPin === undefined ? {} : { badgeNeedsPin }),
  };
}

type TextsPatch = Extract<Order, { verb: 'texts' }>['texts'];

const textsOf = ({ phone, name }: TextsPatch): Overlay['texts'] => ({
  ...(phone === undefined ? {} : { phone }),
  ...(name === undefined ? {} : { name }),
});
