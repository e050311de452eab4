/** Wounds of the talk between box and relay that the simulator must notice. */
export interface Mutation {
  readonly name: string;
  /** Under `src/`. */
  readonly file: string;
  /** Occurs exactly once. */
  readonly find: string;
  readonly replace: string;
}

export const mutations: readonly Mutation[] = [
  {
    name: 'an older revision is applied',
    file: 'box/uplink/applier.ts',
    find: "if (message.epoch === epoch && message.to < rev) return { as: 'nothing' };",
    replace: '',
  },
  {
    name: 'an older relay epoch is honoured',
    file: 'box/uplink/applier.ts',
    find: "if (message.epoch < epoch) return { as: 'rejected', reason: 'old-epoch' };\n    if (message.epoch === epoch",
    replace: 'if (message.epoch === epoch',
  },
  {
    name: 'events are acknowledged before they are stored',
    file: 'relay/fleet/session.ts',
    find: 'this.#storing += 1;\n',
    replace:
      "this.#storing += 1;\n        this.say({ kind: 'ack', boxEpoch: verdict.stand.epoch, seq: verdict.stand.seq });\n",
  },
  {
    name: 'the box believes any signature',
    file: 'wire/envelope.ts',
    find: 'if (!verifySignature(signed, envelope.sig, key.sign))',
    replace: 'if (false)',
  },
  {
    name: 'any vouch is an answer',
    file: 'box/uplink/conversation.ts',
    find: 'const tripMs = receipts.trip(vouch.challenge);',
    replace: 'const tripMs = receipts.trip(vouch.challenge) ?? (1 as never);',
  },
  {
    name: 'a code is handed out before its receipt',
    file: 'relay/domain/booking-views.ts',
    find: 'if (!isProven(facts, box) && !isOut(facts))',
    replace: 'if (false)',
  },
  {
    name: 'a change of a booking ends the session of its driver',
    file: 'box/uplink/set-write.ts',
    find: 'const deferred = open && wanted !== null',
    replace: 'const deferred = false && open && wanted !== null',
  },
  {
    name: 'a code of an earlier epoch of the box takes',
    file: 'box/adapters/sqlite/rows.ts',
    find: 'voided: row.epoch < epoch,\n    rival,',
    replace: 'voided: false,\n    rival,',
  },
  {
    name: 'a code that was used in a lost branch of the journal stays fresh at the relay',
    file: 'relay/domain/events.ts',
    find: 'if (ids.length === 0) return;',
    replace: 'if (ids.length >= 0) return;',
  },
  {
    name: 'a box that was connected before the relay never hears where its journal stands',
    file: 'relay/core/session/knowledge.ts',
    find: "word.kind === 'hello' || isWaiting(turn, word)",
    replace: "word.kind === 'hello'",
  },
  {
    name: 'what is not proven is never sent again',
    file: 'relay/core/session/step.ts',
    find: 'if (first !== undefined && state.link ===',
    replace: 'if (false && first !== undefined && state.link ===',
  },
  {
    name: 'a command runs whenever it comes',
    file: 'box/uplink/orders.ts',
    find: 'if (known !== null) return { result: JSON.parse(known) as Result, first: false };',
    replace: "if (known !== null) message = { ...message, id: message.id + '-' };",
  },
];
