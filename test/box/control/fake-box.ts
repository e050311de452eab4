import { createHash } from 'node:crypto';
import { mono, seconds, slotId, type WallMs, wall } from '../../../src/base/brand.ts';
import { silent } from '../../../src/base/log.ts';
import type { PhoneNumber, PhoneReading } from '../../../src/base/phone-number.ts';
import { systemTime } from '../../../src/base/system-time.ts';
import type { Effect, Outcome } from '../../../src/box/core/effect.ts';
import { initialState } from '../../../src/box/core/initial.ts';
import type { Command, InputBody } from '../../../src/box/core/input.ts';
import { keyDefinitions } from '../../../src/box/core/key-definitions.ts';
import type { BoxState, Rules } from '../../../src/box/core/model.ts';
import { step } from '../../../src/box/core/step.ts';
import type { BoxHandle, Phones, PortStatus, Time, Vault, Watcher } from '../../../src/box/ports.ts';
import { fakeStore } from './fake-store.ts';

export const rules: Rules = {
  leadMs: seconds(900),
  openWithinMs: seconds(20),
  doorHeldMs: seconds(60),
  doorSettleMs: seconds(1.5),
  dueSoonMs: seconds(900),
  overdueGraceMs: seconds(0),
  maxSyncAgeMs: null,
  badgeNeedsPin: true,
  hasDisplay: true,
};

/** Keyed hashes that are no secret; a PIN's verifier says how often it was hashed. */
export class FakeVault implements Vault {
  hashed = 0;
  readonly publicKey = 'ab';

  fingerprint(kind: string, text: string): never {
    return createHash('sha256')
      .update(`${kind === 'badge' ? 'tag' : kind}\n${text}`)
      .digest('hex') as never;
  }

  async hashPin(pin: { reveal(): string }): Promise<string> {
    this.hashed += 1;
    return `${this.hashed}:${this.fingerprint('pin', pin.reveal())}`;
  }

  async verifyPin(pin: { reveal(): string }, verifier: string): Promise<boolean> {
    return verifier.split(':')[1] === this.fingerprint('pin', pin.reveal());
  }

  keyPin(verifier: string): string | null {
    return `0:${verifier}`;
  }

  async pretendPin(): Promise<false> {
    return false;
  }

  sign(text: string): string {
    return this.fingerprint('sign', text);
  }
}

/** Numbers as Dutch people write them, well enough for a test. */
export const fakePhones = {
  written(text: string): PhoneReading {
    const number = fakePhones.dialled(text);
    return number === null
      ? { is: 'unreadable', why: 'is no valid number' }
      : { is: 'read', number, by: null };
  },
  dialled(text: string): PhoneNumber | null {
    const digits = text.replaceAll(/[ -]/g, '');
    if (/^\+\d{8,15}$/.test(digits)) return digits as PhoneNumber;
    return /^0\d{9}$/.test(digits) ? (`+31${digits.slice(1)}` as PhoneNumber) : null;
  },
  anywhere: (): readonly null[] => [],
  isMeant: (): boolean => false,
};

/** Phones of a box whose people have none. */
export const noPhones: Phones = { ...fakePhones, dialled: () => null };

export interface FakeBoxOptions {
  readonly slots?: number;
  readonly sensed?: boolean;
  readonly time?: Time;
  readonly data?: string;
}

/** A box whose judgement is the real core, and whose world is what a test says. */
export class FakeBox implements BoxHandle {
  readonly program = '9.9.9';
  readonly site: BoxHandle['site'];
  readonly time: Time;
  readonly log = silent;
  readonly vault = new FakeVault();
  readonly store = fakeStore(() => this.judged());
  readonly #watchers = new Set<Watcher>();
  readonly taps = new Map<string, (bytes: Uint8Array) => void>();
  portList: PortStatus[] = [port('keypad'), port('front')];
  guard = true;
  rows: readonly string[] = ['Ready'];
  #state: BoxState;

  constructor({ slots = 3, sensed = true, time = systemTime, data = '/nonexistent' }: FakeBoxOptions = {}) {
    this.time = time;
    const ids = Array.from({ length: slots }, (_, at) => slotId(at + 1));
    this.site = {
      id: 'test-box',
      name: 'Test box',
      timezone: 'Europe/Amsterdam',
      slots: ids.map(id => ({ id, sensed })),
      configFile: '/etc/smartbox/box.yaml',
      data,
      control: '/run/x.sock',
      gpioDriver: 'sim',
      hasDisplay: true,
      keypad: 'keypad',
      readers: ['front'],
    };
    this.#state = initialState({
      rules,
      slots: ids.map(id => ({ id, pulseMs: 300 as never, sensed })),
      keys: keyDefinitions(ids, []),
    });
    const presence = sensed ? 'present' : 'none';
    this.write(
      { type: 'booted', reason: 'test', levels: ids.map(slot => ({ slot, door: 'shut', presence })) },
      () => {},
    );
  }

  state(): BoxState {
    return this.#state;
  }

  /** The state as a test needs it. */
  become(change: Partial<BoxState>): void {
    this.#state = { ...this.#state, ...change };
  }

  readonly judged = (): WallMs => this.time.wall();

  async phones() {
    return fakePhones;
  }

  write(input: InputBody, also: (effects: readonly Effect[]) => void): void {
    this.#take(input, also);
  }

  async command(command: Command, who: string, why: string): Promise<Outcome> {
    const effects = this.#take({ type: 'command', id: 1, who, why, command }, () => {});
    const answer = effects.find(effect => effect.type === 'answer');
    if (answer?.type !== 'answer') throw new Error('no answer');
    return answer.outcome;
  }

  /** Something happens in the world. */
  happens(input: InputBody): void {
    this.#take(input, () => {});
  }

  #take(input: InputBody, also: (effects: readonly Effect[]) => void) {
    const at = { mono: mono(this.time.mono()), wall: wall(this.time.wall()) };
    const { state, effects } = step(this.#state, { ...input, at });
    also(effects);
    this.#state = state;
    const events = effects.flatMap(effect => {
      if (effect.type !== 'journal') return [];
      const place = { box: 'test-box', epoch: 1, at: new Date(at.wall).toISOString(), mono: at.mono };
      return [this.store.journal.add({ ...effect.entry, ...place, clock: state.clock.level })];
    });
    for (const watcher of this.#watchers) {
      if (events.length > 0) watcher.events(events);
      watcher.changed(state);
    }
    return effects;
  }

  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  get watching(): number {
    return this.#watchers.size;
  }

  screen(): readonly string[] {
    return this.rows;
  }

  ports(): readonly PortStatus[] {
    return this.portList;
  }

  lines() {
    return [{ name: 'slot 1 door', line: 'sim line 1', direction: 'in', level: 0, trouble: null }] as const;
  }

  guardHealthy(): boolean {
    return this.guard;
  }

  lost: ReturnType<BoxHandle['secrets']> = { told: null, relayKnows: null };

  readonly secrets = (): ReturnType<BoxHandle['secrets']> => this.lost;

  relay() {
    return { link: null, since: null, trouble: null, epoch: 0, revision: 0, waiting: 0 } as const;
  }

  async relayClient(): Promise<never> {
    throw new Error('a fake box has no relay');
  }

  tap(device: string, listener: (bytes: Uint8Array) => void): (() => void) | null {
    if (!this.portList.some(each => each.device === device)) return null;
    this.taps.set(device, listener);
    return () => this.taps.delete(device);
  }
}

export const port = (device: string, decoded = 0): PortStatus => ({
  device,
  path: `/dev/${device}`,
  up: true,
  counters: { bytes: decoded, decoded, passed: {}, highBits: 0, rejected: {} },
  trouble: null,
});
