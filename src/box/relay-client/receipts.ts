import type { Millis, MonoMs } from '../../base/brand.ts';
import { retryMs } from '../../base/retry.ts';
import type { Hello, Receipt } from '../../wire/up.ts';
import { answered, type Challenges, challenged, isFresh, tripOf } from '../core/challenges.ts';
import type { Time } from '../ports.ts';
import { NamedTimers } from './named-timers.ts';

type Said = Pick<
  Receipt,
  | 'epoch'
  | 'rev'
  | 'count'
  | 'digest'
  | 'boxEpoch'
  | 'seq'
  | 'head'
  | 'at'
  | 'clock'
  | 'spent'
  | 'authorities'
>;

interface ReceiptsDeps {
  readonly time: Time;
  /** 32 hex digits from a CSPRNG. */
  readonly challenge: () => string;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly knows: () => Said;
  readonly introduces: () => Pick<Hello, 'label' | 'program' | 'relayKey' | 'instance' | 'signsState'>;
  /** Resolves when the broker has it. */
  readonly send: (message: Hello | Receipt) => Promise<void>;
}

type Wants = Receipt['wants'];

/** A vouch that is older is asked for anew with the next receipt. */
const vouchAgeMs = 60_000;
/** Without any change the relay is asked this often whether all is still so. */
const routineMs = 600_000;
/** An answer that does not come within this time is asked for from the beginning, less often each time. */
const answer = { firstMs: 30_000, mostMs: 300_000 } as const;
/** The same is not asked for twice within this time: the answer is on its way. */
const askAgainMs = 5_000;

const greed: Readonly<Record<Wants, number>> = { nothing: 0, delta: 1, snapshot: 2 };

/** Sends what the box knows, and the challenges by which it learns that this is the newest. */
export class Receipts {
  readonly #deps: ReceiptsDeps;
  readonly #timers: NamedTimers<'routine' | 'answer'>;
  #challenges: Challenges = [];
  #vouchedAt: MonoMs | null = null;
  #asked: {
    readonly wants: Wants;
    readonly epoch: number;
    readonly rev: number;
    readonly at: MonoMs;
  } | null = null;
  #waited = 0;
  /** One at a time is with the broker: the next says all that has changed meanwhile. */
  #flying = false;
  #next: Wants | null = null;

  constructor(deps: ReceiptsDeps) {
    this.#deps = deps;
    this.#timers = new NamedTimers(deps.time);
  }

  connected(): void {
    this.#asked = null;
    this.#hello();
  }

  /** Receipts that were on their way may not have arrived; the next hello says it all. */
  disconnected(): void {
    this.#timers.clearAll();
    this.#flying = false;
    this.#next = null;
    this.#waited = 0;
  }

  /** Something is known that was not, or is missing. */
  receipt(wants: Wants = 'nothing'): void {
    if (wants !== 'nothing' && this.#isAsked(wants)) return;
    if (this.#next === null || greed[wants] > greed[this.#next]) this.#next = wants;
    this.#flush();
  }

  /** How long the answer to our challenge took; null where it answers none. */
  trip(challenge: string): Millis | null {
    const trip = tripOf(this.#challenges, challenge, this.#deps.time.mono());
    if (trip !== null) this.#challenges = answered(this.#challenges, challenge);
    return trip;
  }

  /** The relay has vouched that what is here is the newest. */
  vouched(): void {
    this.#vouchedAt = this.#deps.time.mono();
    this.#asked = null;
    this.#waited = 0;
    this.#timers.clear('answer');
  }

  isFresh(challenge: string | null): boolean {
    return isFresh(this.#challenges, challenge, this.#deps.time.mono());
  }

  #isAsked(wants: Wants): boolean {
    const { epoch, rev } = this.#deps.knows();
    const asked = this.#asked;
    if (asked === null || asked.epoch !== epoch || asked.rev !== rev) return false;
    return greed[asked.wants] >= greed[wants] && this.#deps.time.mono() - asked.at < askAgainMs;
  }

  #hello(): void {
    const knows = this.#deps.knows();
    const wants = knows.epoch === 0 ? 'snapshot' : 'delta';
    const challenge = this.#challenge();
    this.#send({ kind: 'hello', ...knows, ...this.#deps.introduces(), challenge, wants });
  }

  #flush(): void {
    if (this.#flying || this.#next === null) return;
    const wants = this.#next;
    this.#next = null;
    const knows = this.#deps.knows();
    const { epoch, rev } = knows;
    const now = this.#deps.time.mono();
    if (wants !== 'nothing') this.#asked = { wants, epoch, rev, at: now };
    const old = this.#vouchedAt === null || now - this.#vouchedAt >= vouchAgeMs;
    const challenge = old || wants !== 'nothing' ? this.#challenge() : null;
    this.#send({ kind: 'receipt', ...knows, challenge, wants });
  }

  #challenge(): string {
    const text = this.#deps.challenge();
    this.#challenges = challenged(this.#challenges, text, this.#deps.time.mono());
    return text;
  }

  #send(message: Hello | Receipt): void {
    this.#flying = true;
    const landed = (): void => {
      this.#flying = false;
      this.#flush();
    };
    this.#deps.send(message).then(landed, () => {
      this.#flying = false;
    });
    this.#arm(message.challenge !== null);
  }

  #arm(expecting: boolean): void {
    const jitter = 0.8 + 0.4 * this.#deps.random();
    this.#timers.in(routineMs * jitter, 'routine', () => this.#routine());
    if (!expecting || this.#timers.isSet('answer')) return;
    const waitMs = retryMs(answer, this.#waited);
    this.#timers.in(waitMs, 'answer', () => {
      this.#waited = Math.min(this.#waited + 1, 8);
      this.#asked = null;
      this.#hello();
    });
  }

  #routine(): void {
    this.#vouchedAt = null;
    this.receipt();
  }
}
