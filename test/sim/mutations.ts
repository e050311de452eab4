/** Wounds of the talk between box and relay that the simulator must notice. */
import type { Leaning } from './leaning.ts';

export interface Mutation {
  readonly name: string;
  /** Under `src/`. */
  readonly file: string;
  /** Occurs exactly once. */
  readonly find: string;
  readonly replace: string;
  /** The first life that has noticed it: tried before others. */
  readonly seed: number;
  /** What lives are full of that come across it soon; absent: ordinary ones do. */
  readonly leaning?: Leaning;
}

/** An old word of the relay, or one of an attacker, is heard long after. */
const repeated: Leaning = { faults: ['copyRelay', 'restoreRelay'], troubled: 0.1, repeats: 0.3 };
/** Boxes lose what they knew. */
const forgetful: Leaning = { faults: ['copyBox', 'loseBox'], troubled: 0.1 };

export const mutations: readonly Mutation[] = [
  {
    name: 'an older revision is applied',
    file: 'box/relay-client/applier.ts',
    find: "if (message.epoch === epoch && message.to < rev) return { as: 'nothing' };",
    replace: '',
    seed: 6,
  },
  {
    name: 'an older relay epoch is honoured',
    file: 'box/relay-client/applier.ts',
    find: "if (message.epoch < epoch) return { as: 'rejected', reason: 'old-epoch' };\n    if (message.epoch === epoch",
    replace: 'if (message.epoch === epoch',
    seed: 1,
    leaning: repeated,
  },
  {
    name: 'events are acknowledged before they are stored',
    file: 'relay/boxes/session.ts',
    find: 'this.#storing += 1;\n',
    replace:
      "this.#storing += 1;\n        this.say({ kind: 'ack', boxEpoch: decision.stand.epoch, seq: decision.stand.seq });\n",
    seed: 1,
  },
  {
    name: 'the box believes any signature',
    file: 'wire/envelope.ts',
    find: 'if (!verifySignature(signed, envelope.sig, key.sign))',
    replace: 'if (false)',
    seed: 8,
  },
  {
    name: 'any vouch is an answer',
    file: 'box/relay-client/message-handler.ts',
    find: 'const tripMs = receipts.trip(vouch.challenge);',
    replace: 'const tripMs = receipts.trip(vouch.challenge) ?? (1 as never);',
    seed: 1,
  },
  {
    name: 'a code is handed out before its receipt',
    file: 'relay/domain/booking-views.ts',
    find: 'if (!isProven(facts, box) && !isOut(facts))',
    replace: 'if (false)',
    seed: 2,
  },
  {
    name: 'a change of a booking ends the session of its driver',
    file: 'box/relay-client/set-write.ts',
    find: 'const deferred = open && wanted !== null',
    replace: 'const deferred = false && open && wanted !== null',
    seed: 13,
    leaning: { faults: ['cutBox'], troubled: 0.15, admins: { change: 40 } },
  },
  {
    name: 'a code of an earlier epoch of the box takes',
    file: 'box/adapters/sqlite/rows.ts',
    find: 'voided: row.epoch < epoch,\n    conflicting,',
    replace: 'voided: false,\n    conflicting,',
    seed: 4,
    leaning: forgetful,
  },
  {
    name: 'a code that was used in a lost branch of the journal stays fresh at the relay',
    file: 'relay/domain/events.ts',
    find: 'if (ids.length === 0) return;',
    replace: 'if (ids.length >= 0) return;',
    seed: 6,
    leaning: forgetful,
  },
  {
    name: 'a box that was connected before the relay never hears where its journal stands',
    file: 'relay/core/session/knowledge.ts',
    find: "word.kind === 'hello' || isWaiting(draft, word)",
    replace: "word.kind === 'hello'",
    seed: 2,
    leaning: { faults: ['killRelay', 'stopRelay', 'restartBroker'], troubled: 0.1 },
  },
  {
    name: 'what is not proven is never sent again',
    file: 'relay/core/session/step.ts',
    find: 'if (first !== undefined && state.link ===',
    replace: 'if (false && first !== undefined && state.link ===',
    seed: 27,
    leaning: { lose: 0.06, admins: { rotate: 4 } },
  },
  {
    name: 'a command runs whenever it comes',
    file: 'box/relay-client/command-handler.ts',
    find: 'if (known !== null) return { result: JSON.parse(known) as Result, first: false };',
    replace: "if (known !== null) message = { ...message, id: message.id + '-' };",
    seed: 1,
    leaning: { repeats: 0.3, admins: { command: 20 } },
  },
  {
    name: 'the relay believes any signature under a state',
    file: 'wire/box-state.ts',
    find: 'const good = whole && verifySignature',
    replace: 'const good = whole || verifySignature',
    seed: 1,
  },
];
