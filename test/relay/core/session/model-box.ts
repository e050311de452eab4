/** A box as the wire describes it, small enough to be sure of: what the session is walked against. */

import { setDigest } from '../../../../src/wire/digest.ts';
import type { Down } from '../../../../src/wire/down.ts';
import type { Up } from '../../../../src/wire/up.ts';
import { JournalWriter } from '../journal-lines.ts';

export class ModelBox {
  journal = new JournalWriter();
  epoch = 0;
  rev = 0;
  set = new Map<string, number>();
  relayKey = 'a'.repeat(32);
  acked = { epoch: 0, seq: 0 };
  ran: string[] = [];
  #outcomes = new Set<string>();
  #parts: { id: string; seen: Map<number, Down & { kind: 'snapshot' }> } | null = null;
  vouchedAt: number | null = null;
  newEpochs = 0;
  #challenge: string | null = null;
  #number = 0;
  clockMs = 0;

  constructor() {
    this.journal.clockMs = () => this.clockMs;
  }

  /** What a power cut leaves: nothing that was not committed. */
  knowledge(challenge: boolean) {
    if (challenge) {
      this.#number += 1;
      this.#challenge = this.#number.toString(16).padStart(32, '0');
    }
    return {
      epoch: this.epoch,
      rev: this.rev,
      count: this.set.size,
      digest: this.digest(),
      boxEpoch: this.journal.epoch,
      seq: this.journal.seq,
      head: this.journal.head,
      at: this.clockMs,
      clock: 'synced' as const,
      challenge: challenge ? this.#challenge : null,
    };
  }

  /** A backup of earlier: its events up to `seq`, and nothing of the relay's set; the box begins a new epoch by itself. */
  restore(seq: number): void {
    this.journal = this.journal.copyAt(seq, this.journal.epoch + 1);
    this.journal.write({ type: 'booted' });
    this.set = new Map();
    this.epoch = 0;
    this.rev = 0;
    this.#parts = null;
    this.vouchedAt = null;
  }

  digest(): string {
    return setDigest([...this.set].map(([id, rev]) => ({ id, rev })));
  }

  hello(): Up {
    this.#parts = null;
    const rest = this.knowledge(true);
    return {
      kind: 'hello',
      ...rest,
      label: 'depot-a',
      program: '0',
      relayKey: this.relayKey,
      wants: 'delta',
    };
  }

  receipt(wants: 'nothing' | 'delta' | 'snapshot', challenge = true): Up {
    return { kind: 'receipt', ...this.knowledge(challenge), wants };
  }

  /** Up to two batches of what is not acknowledged. */
  events(size: number): readonly Up[] {
    const due = this.journal.all.filter(
      ({ event }) =>
        event.epoch > this.acked.epoch || (event.epoch === this.acked.epoch && event.seq > this.acked.seq),
    );
    const [first] = due;
    if (first === undefined) return [];
    const batches: Up[] = [];
    for (let from = first.event.seq; from <= this.journal.seq && batches.length < 2; from += size) {
      const batch = this.journal.batch(from, from + size - 1);
      if (batch.lines.length > 0) batches.push({ kind: 'events', live: false, ...batch });
    }
    return batches;
  }

  hear(message: Down): readonly Up[] {
    switch (message.kind) {
      case 'ack':
        this.acked = { epoch: message.boxEpoch, seq: message.seq };
        return [];
      case 'delta':
        return [this.receipt(this.#delta(message))];
      case 'snapshot':
        return this.#snapshot(message);
      case 'vouch':
        if (message.challenge !== this.#challenge) return [];
        if (message.epoch === this.epoch && message.rev === this.rev) this.vouchedAt = this.clockMs;
        return [];
      case 'new-epoch':
        if (message.above < this.journal.epoch) return [];
        this.newEpochs += 1;
        this.journal = this.journal.copyAt(this.journal.seq, message.above + 1);
        this.journal.write();
        return [this.receipt('nothing')];
      case 'command':
        if (!this.#outcomes.has(message.id)) this.ran.push(message.id);
        this.#outcomes.add(message.id);
        return [{ kind: 'result', id: message.id, done: true, code: null, slot: null }];
      default:
        return [];
    }
  }

  #delta(message: Down & { kind: 'delta' }): 'nothing' | 'delta' | 'snapshot' {
    if (message.epoch < this.epoch) return 'nothing';
    if (message.epoch > this.epoch) return 'snapshot';
    if (message.to <= this.rev) return 'nothing';
    if (message.from !== this.rev) return 'delta';
    const next = new Map(this.set);
    for (const { id, rev } of message.put) next.set(id, rev);
    for (const id of message.drop) next.delete(id);
    const digest = setDigest([...next].map(([id, rev]) => ({ id, rev })));
    if (digest !== message.digest || next.size !== message.count) return 'snapshot';
    this.set = next;
    this.rev = message.to;
    return 'nothing';
  }

  #snapshot(message: Down & { kind: 'snapshot' }): readonly Up[] {
    if (message.epoch < this.epoch || (message.epoch === this.epoch && message.to <= this.rev))
      return message.epoch === this.epoch && message.to === this.rev ? [this.receipt('nothing')] : [];
    if (this.#parts?.id !== message.id) this.#parts = { id: message.id, seen: new Map() };
    this.#parts.seen.set(message.part, message);
    if (this.#parts.seen.size < message.parts) return [];
    const put = [...this.#parts.seen.values()].flatMap(part => part.put);
    this.set = new Map(put.map(({ id, rev }) => [id, rev]));
    this.epoch = message.epoch;
    this.rev = message.to;
    return [this.receipt('nothing')];
  }
}
