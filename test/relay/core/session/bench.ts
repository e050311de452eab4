/** One session of the relay on a bench: inputs in, effects out, time as the test says. */
import { mono, wall } from '../../../../src/base/brand.ts';
import type { Effect, Input } from '../../../../src/relay/core/session/input.ts';
import type { SessionState } from '../../../../src/relay/core/session/state.ts';
import { begin, type Facts, step } from '../../../../src/relay/core/session/step.ts';
import type { Hello, Receipt } from '../../../../src/wire/up.ts';
import { startMs } from '../journal-lines.ts';

export const key: string = 'a'.repeat(32);
export const facts: Facts = {
  ...{ box: 'b1', epoch: 1, newest: 5, known: { epoch: 1, rev: 5 }, pinned: key, link: 'up', boxEpoch: 1 },
  told: wall(startMs),
  stand: { epoch: 1, seq: 10, head: 'f'.repeat(64) },
};

export class Bench {
  state: SessionState;
  nowMs = 1_000;
  newest = key;
  authorities: string | null = null;

  constructor(change: Partial<Facts> = {}) {
    this.state = begin({ ...facts, ...change });
  }

  take(input: Input, afterMs = 0): readonly Effect[] {
    this.nowMs += afterMs;
    const now = { mono: mono(this.nowMs), wall: wall(startMs + this.nowMs) };
    const { state, effects } = step(this.state, input, now, {
      key: this.newest,
      authorities: this.authorities,
    });
    this.state = state;
    return effects;
  }

  receipt(change: Partial<Receipt> = {}, afterMs = 0): readonly Effect[] {
    return this.take(
      { type: 'said', relay: key, up: receipt({ at: startMs + this.nowMs + afterMs, ...change }) },
      afterMs,
    );
  }

  sent(from: number | null, to: number): readonly Effect[] {
    return this.take({ type: 'sent', from, to, count: 1, digest: `${to}`.padStart(64, '0'), parts: 1 });
  }
}

export const receipt = (change: Partial<Receipt>): Receipt => ({
  ...{ kind: 'receipt', epoch: 1, rev: 5, count: 1, digest: '5'.padStart(64, '0'), boxEpoch: 1, seq: 10 },
  ...{ head: 'f'.repeat(64), at: startMs, clock: 'synced', challenge: null, wants: 'nothing' },
  ...change,
});
export const types = (effects: readonly Effect[]): string =>
  effects.map(each => (each.type === 'send' ? each.message.kind : each.type)).join(' ');
export const updates = (effects: readonly Effect[]): readonly (number | null)[] =>
  effects.flatMap(each => (each.type === 'update' ? [each.from] : []));

/** The first word after a connect. */
export const hello = (change: Partial<Hello>): Hello => ({
  ...{ ...receipt({}), kind: 'hello', label: 'b1', program: '0', relayKey: key, wants: 'delta' },
  ...change,
});
