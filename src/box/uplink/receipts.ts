import type { Millis, MonoMs } from '../../base/brand.ts';
import type { Hello, Receipt } from '../../wire/up.ts';
import { answered, type Challenges, challenged, isFresh, tripOf } from '../core/challenges.ts';
import type { Time } from '../ports.ts';
import { Alarms } from './alarms.ts';

type Said = Pick<
  Receipt,
  'epoch' | 'rev' | 'count' | 'digest' | 'boxEpoch' | 'seq' | 'head' | 'at' | 'clock' | 'spent'
>;

export interface ReceiptParts {
  readonly time: Time;
  /** 32 hex digits from a CSPRNG. */
  readonly challenge: () => string;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly knows: () => Said;
  readonly introduces: () => Pick<Hello, 'label' | 'program' | 'relayKey'>;
  /** Resolves when the broker has it. */
  readonly say: (message: Hello | Receipt) => Promise<void>;
}

type Wants = Receipt['wants'];

/** A vouch that is older is asked for anew with the next receipt. */
const vouchAgeMs = 60_000;
/** Without any change the relay is asked this often whether all is still so. */
const routineMs = 600_000;
/** An answer that does not come within this time is asked for from the beginning, less often each time. */
const answerMs = { first: 30_000, most: 300_000 } as const;
/** The same is not asked for twice within this time: the answer is on its way. */
const askAgainMs = 5_000;

const greed: Readonly<Record<Wants, number>> = { nothing: 0, delta: 1, snapshot: 2 };

/** What the box says of what it knows, and the challenges by which it learns that this is the newest. */
export class Receipts {
  readonly #parts: ReceiptParts;
  readonly #alarms: Alarms<'routine' | 'answer'>;
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

  constructor(parts: ReceiptParts) {
    this.#parts = parts;
    this.#alarms = new Alarms(parts.time);
  }

  connected(): void {
    this.#asked = null;
    this.#hello();
  }

  /** What was on its way may not have arrived; the next hello says it all. */
  disconnected(): void {
    this.#alarms.clearAll();
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
    const trip = tripOf(this.#challenges, challenge, this.#parts.time.mono());
    if (trip !== null) this.#challenges = answered(this.#challenges, challenge);
    return trip;
  }

  /** The relay has vouched that what is here is the newest. */
  vouched(): void {
    this.#vouchedAt = this.#parts.time.mono();
    this.#asked = null;
    this.#waited = 0;
    this.#alarms.clear('answer');
  }

  isFresh(challenge: string | null): boolean {
    return isFresh(this.#challenges, challenge, this.#parts.time.mono());
  }

  #isAsked(wants: Wants): boolean {
    const { epoch, rev } = this.#parts.knows();
    const asked = this.#asked;
    if (asked === null || asked.epoch !== epoch || asked.rev !== rev) return false;
    return greed[asked.wants] >= greed[wants] && this.#parts.time.mono() - asked.at < askAgainMs;
  }

  #hello(): void {
    const knows = this.#parts.knows();
    const wants = knows.epoch === 0 ? 'snapshot' : 'delta';
    const challenge = this.#challenge();
    this.#send({ kind: 'hello', ...knows, ...this.#parts.introduces(), challenge, wants });
  }

  #flush(): void {
    if (this.#flying || this.#next === null) return;
    const wants = this.#next;
    this.#next = null;
    const knows = this.#parts.knows();
    const { epoch, rev } = knows;
    const now = this.#parts.time.mono();
    if (wants !== 'nothing') this.#asked = { wants, epoch, rev, at: now };
    const old = this.#vouchedAt === null || now - this.#vouchedAt >= vouchAgeMs;
    const challenge = old || wants !== 'nothing' ? this.#challenge() : null;
    this.#send({ kind: 'receipt', ...knows, challenge, wants });
  }

  #challenge(): string {
    const text = this.#parts.challenge();
    this.#challenges = challenged(this.#challenges, text, this.#parts.time.mono());
    return text;
  }

  #send(message: Hello | Receipt): void {
    this.#flying = true;
    const landed = (): void => {
      this.#flying = false;
      this.#flush();
    };
    this.#parts.say(message).then(landed, () => {
      this.#flying = false;
    });
    this.#arm(message.challenge !== null);
  }

  #arm(expecting: boolean): void {
    const jitter = 0.8 + 0.4 * this.#parts.random();
    this.#alarms.in(routineMs * jitter, 'routine', () => this.#routine());
    if (!expecting || this.#alarms.isSet('answer')) return;
    const waitMs = Math.min(answerMs.first * 2 ** this.#waited, answerMs.most);
    this.#alarms.in(waitMs, 'answer', () => {
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
