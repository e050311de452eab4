/** The relay around a session, with everything done at once and in memory. */
import { mono, wall } from '../../../../src/base/brand.ts';
import { judge, type Stand } from '../../../../src/relay/core/intake.ts';
import type { Effect, Input } from '../../../../src/relay/core/session/input.ts';
import type { SessionState } from '../../../../src/relay/core/session/state.ts';
import { begin, step } from '../../../../src/relay/core/session/step.ts';
import { noHash } from '../../../../src/wire/chain.ts';
import { setDigest } from '../../../../src/wire/digest.ts';
import type { Down } from '../../../../src/wire/down.ts';
import type { WireRecord } from '../../../../src/wire/records.ts';
import type { Up } from '../../../../src/wire/up.ts';
import { startMs } from '../journal-lines.ts';

interface Row {
  readonly rev: number;
  readonly dropped: boolean;
}

export class ModelRelay {
  epoch = 1;
  revision = 0;
  rows = new Map<string, Row>();
  stand: Stand = { epoch: 1, seq: 0, head: noHash };
  stored: string[] = [];
  provenRev = 0;
  outcomes = new Map<string, string>();
  pending: { readonly id: string; readonly notAfter: ReturnType<typeof wall> }[] = [];
  problems: string[] = [];
  told = 0;
  resentAll = 0;
  provenEpoch = 1;
  nowMs = 0;
  key = 'a'.repeat(32);
  out: Down[] = [];
  state: SessionState;

  constructor() {
    this.state = this.#begun();
  }

  #begun(): SessionState {
    return begin({
      box: 'b1',
      epoch: this.epoch,
      newest: this.revision,
      known: { epoch: this.provenEpoch, rev: Math.min(this.provenRev, this.revision) },
      pinned: this.key,
      link: 'lost',
      told: wall(this.told),
      boxEpoch: this.stand.epoch,
      stand: this.stand,
    });
  }

  /** The program ended and another began. */
  restart(): void {
    this.out = [];
    this.state = this.#begun();
    this.take({ type: 'commands', pending: this.pending });
  }

  /** What a backup has. */
  copy() {
    const { epoch, revision, stand, provenEpoch, provenRev, told } = this;
    return {
      epoch,
      revision,
      stand,
      provenEpoch,
      provenRev,
      told,
      rows: new Map(this.rows),
      stored: [...this.stored],
    };
  }

  /** An old copy takes the place of all that this relay knew. */
  restore(copy: ReturnType<ModelRelay['copy']>): void {
    // The same copy put back twice gives the same epoch; a lower one is a Problem that only people can solve.
    const epoch = Math.max(this.epoch, copy.epoch + 1);
    Object.assign(this, {
      ...copy,
      rows: new Map(copy.rows),
      stored: [...copy.stored],
      epoch,
    });
    this.pending = [];
    this.restart();
  }

  change(id: string, dropped: boolean): void {
    this.revision += 1;
    this.rows.set(id, { rev: this.revision, dropped });
    this.take({ type: 'dirty' });
  }

  order(id: string): void {
    this.pending.push({ id, notAfter: wall(startMs + this.nowMs + 120_000) });
    this.take({ type: 'commands', pending: this.pending });
  }

  live(): readonly { readonly id: string; readonly rev: number }[] {
    return [...this.rows].filter(([, row]) => !row.dropped).map(([id, { rev }]) => ({ id, rev }));
  }

  hear(up: Up): void {
    if (up.kind !== 'events') {
      this.take({ type: 'said', up, relay: this.key });
      return;
    }
    const decision = judge(this.stand, up, { forked: this.state.forked });
    if (decision.kind !== 'store') {
      this.take({ type: 'not-stored', why: decision.kind, detail: decision.kind });
      return;
    }
    this.stand = decision.stand;
    this.stored.push(...decision.lines.map(({ text }) => text));
    const at = decision.lines.at(-1)?.at ?? wall(0);
    this.take({ type: 'stored', stand: decision.stand, at, lost: decision.lost });
  }

  take(input: Input): void {
    const now = { mono: mono(this.nowMs), wall: wall(startMs + this.nowMs) };
    const { state, effects } = step(this.state, input, now, { key: this.key, authorities: null });
    this.state = state;
    this.told = state.told;
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case 'send':
        this.out.push(effect.message);
        return;
      case 'update':
        this.#update(effect.from);
        return;
      case 'vouch':
        this.#vouch(effect);
        return;
      case 'check':
        this.#check(effect.up);
        return;
      case 'command':
        this.#command(effect.id, effect.challenge);
        return;
      case 'outcome':
        this.pending = this.pending.filter(({ id }) => id !== effect.id);
        this.outcomes.set(effect.id, effect.outcome);
        return;
      case 'heard':
        this.provenRev = this.state.known.rev;
        this.provenEpoch = this.state.known.epoch;
        return;
      case 'raise':
        this.revision = Math.max(this.revision, effect.above + 1);
        this.take({ type: 'dirty' });
        return;
      case 'resend-all':
        this.resentAll += 1;
        for (const { id } of this.live()) this.change(id, false);
        return;
      case 'problem':
        this.problems.push(effect.kind);
        return;
      default:
    }
  }

  #update(from: number | null): void {
    const live = this.live();
    const digest = setDigest(live);
    const head = { epoch: this.epoch, count: live.length, digest, at: startMs + this.nowMs };
    const to = this.revision;
    const put = live
      .filter(({ rev }) => from === null || rev > from)
      .map(({ id, rev }) => ({ id, rev, kind: 'key', name: id, slot: 1, tag: null }) as WireRecord);
    const drop = [...this.rows].filter(([, row]) => row.dropped && row.rev > (from ?? 0)).map(([id]) => id);
    const parts = from === null ? Math.max(1, Math.ceil(put.length / 3)) : 1;
    if (from === null)
      for (let part = 1; part <= parts; part += 1) {
        const some = put.slice((part - 1) * 3, part * 3);
        const id = `${to}-${this.nowMs}`;
        this.out.push({ kind: 'snapshot', ...head, to, id, part, parts, put: some });
      }
    else if (to > from) this.out.push({ kind: 'delta', ...head, from, to, put, drop });
    this.take({ type: 'sent', from, to, count: live.length, digest, parts });
  }

  #vouch({ challenge, told }: Extract<Effect, { type: 'vouch' }>): void {
    const digest = setDigest(this.live());
    if (told.rev !== this.revision || told.digest !== digest) {
      this.take({ type: 'differs', rev: told.rev, newest: this.revision });
      return;
    }
    const at = startMs + this.nowMs;
    this.out.push({ kind: 'vouch', epoch: this.epoch, rev: this.revision, digest, at, challenge });
  }

  #check(up: Extract<Effect, { type: 'check' }>['up']): void {
    const same = up.rev === this.revision && up.digest === setDigest(this.live());
    this.take(same ? { type: 'checked', up } : { type: 'differs', rev: up.rev, newest: this.revision });
  }

  #command(id: string, challenge: string | null): void {
    const notAfter = this.pending.find(each => each.id === id)?.notAfter ?? 0;
    this.out.push({
      kind: 'command',
      id,
      notAfter,
      challenge,
      who: 'a',
      why: 'b',
      order: { verb: 'resync' },
    });
  }
}
