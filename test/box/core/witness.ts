import type { KeyName, SlotId } from '../../../src/base/brand.ts';
import type { Effect } from '../../../src/box/core/effect.ts';
import type { Input } from '../../../src/box/core/input.ts';
import type { Candidate } from '../../../src/box/core/model.ts';
import type { Entry } from '../../../src/wire/journal.ts';
import { BelievedClock } from './believed.ts';
import { presented } from './credentials.ts';
import { freshGrant, isLive, kept, noSlot, type SlotFact } from './slot-fact.ts';

export interface KeyFact {
  out: boolean;
  holder: string | null;
  before: string | null;
  slot: SlotId | null;
}
export interface UseFact {
  used: boolean;
  pulses: number;
  untaken: number;
}
interface Facts {
  readonly slots: Map<SlotId | undefined, SlotFact>;
  readonly keys: Map<KeyName | undefined, KeyFact>;
  readonly uses: Map<string | undefined, UseFact>;
  /** Refusals after a PIN, by phone or badge. */
  readonly pins: Map<string, number>;
  /** `most`: had none of them been forgotten while the power was off. */
  readonly wrongs: { count: number; most: number; last: number };
  /** The last look-up among keys that are out that found none, in this wait. */
  returnMissed: number;
  lockedDown: { readonly until: number } | null;
}

/**
 * What can be known of a box from outside: it hears inputs, reads events, and judges nothing. The facts are plain data, so
 * that a power cut can take back what no disk ever took (rules.md 13).
 */
export class Witness {
  readonly clock = new BelievedClock();
  #facts: Facts;
  #written: Facts | null = null;
  now = 0;
  powerLow = false;
  powered: { readonly slot: SlotId; readonly until: number } | null = null;
  #offered: readonly { readonly from: readonly Candidate[]; readonly until: number }[] = [];
  /** Grants without an opened door at the last boot: whose they are, until when others wait (rules.md 7). */
  readonly unsettled = new Map<
    KeyName | undefined,
    { readonly booking: string | undefined; until: number }
  >();

  constructor(slots: readonly { readonly id: SlotId; readonly sensed: boolean }[]) {
    this.#facts = {
      slots: new Map(
        slots.map(({ id, sensed }) => [id, { ...noSlot, sensed, untouched: true, doubtful: false }]),
      ),
      keys: new Map(),
      uses: new Map(),
      pins: new Map(),
      lockedDown: null,
      wrongs: { count: 0, most: 0, last: 0 },
      returnMissed: Number.NEGATIVE_INFINITY,
    };
  }

  readonly slot = (id: SlotId | undefined): SlotFact => this.#facts.slots.get(id) ?? { ...noSlot };
  readonly slots = (): readonly (readonly [SlotId | undefined, SlotFact])[] => [...this.#facts.slots];
  readonly key = (name: KeyName | undefined): KeyFact =>
    kept(this.#facts.keys, name, { out: false, holder: null, before: null, slot: null });
  readonly use = (id: string | undefined): UseFact =>
    kept(this.#facts.uses, id, { used: false, pulses: 0, untaken: 0 });
  /** Rule 18: after five wrong ones, one try in 30 s. */
  /** Rule 20 against rule 8: whether a phone with five wrong PINs may still return at once the rules leave open. */
  readonly guessedAt = (subject: string): boolean => (this.#facts.pins.get(subject) ?? 0) >= 5;
  readonly waiting = (): boolean =>
    this.#facts.wrongs.count >= 5 && this.now < this.#facts.wrongs.last + 30_000;
  /** Whether a count that no disk has forgotten before a boot is waited for once more the rules leave open. */
  readonly mayWait = (): boolean =>
    this.#facts.wrongs.most >= 5 && this.now < this.#facts.wrongs.last + 30_000;
  readonly returnMissed = (): number => this.#facts.returnMissed;
  /** What was last shown of this booking, as long as a list of it may stand. */
  readonly shown = (booking: string | undefined): Candidate | undefined =>
    this.#offered.flatMap(one => one.from).findLast(one => one.booking === booking);
  readonly degraded = (): boolean => this.#written !== null;
  readonly lockedDown = (instants: readonly number[]): boolean => {
    const { lockedDown } = this.#facts;
    return lockedDown !== null && instants.every(instant => instant < lockedDown.until);
  };

  /** The process is gone; the next input is `booted`. `floor` is what the file says (rules.md 23). */
  restart(floor: number | null): void {
    this.#facts = this.#written ?? this.#facts;
    if (this.now - this.#facts.wrongs.last >= 600_000) this.#facts.wrongs.count = 0;
    this.#written = null;
    this.powered = null;
    this.powerLow = false;
    this.#offered = [];
    this.#settle();
    this.clock.restart(floor);
  }

  /** A grant whose minute was over before the power went is waited for no second time. */
  #settle(): void {
    for (const { grant } of this.#facts.slots.values()) {
      const until = this.unsettled.get(grant?.by.key)?.until;
      if (grant !== null && until !== undefined && this.now >= until) grant.held = true;
    }
    this.unsettled.clear();
  }

  /** Before the events of the same step are read. */
  hear(input: Input, effects: readonly Effect[]): void {
    this.now = input.at.mono;
    this.clock.hear(input, effects);
    const done = effects.some(effect => effect.type === 'journal' && effect.entry.type === 'technician');
    if (input.type === 'booted') this.#boot(input);
    else if (input.type === 'presence-changed') this.slot(input.slot).present = input.presence === 'present';
    else if (input.type === 'alarm-changed' && input.line === 'power-low') this.powerLow = input.active;
    else if (input.type === 'door-changed') this.#swung(input);
    else if (input.type === 'line-faulted') this.slot(input.slot).doubtful = true;
    else if (input.type === 'pulse-ended' || input.type === 'pulse-failed' || input.type === 'pulse-missed')
      this.#unpower(input);
    else if (input.type === 'storage-changed')
      this.#written = input.storage === 'good' ? null : (this.#written ?? structuredClone(this.#facts));
    else if (input.type === 'command' && done) this.#obey(input);
    this.#offer(input);
    if (input.type === 'looked-up' && input.scope === 'out' && !named(input))
      this.#facts.returnMissed = this.now;
    if (input.type !== 'pin-checked') return;
    const { fingerprint } = input.subject;
    this.#facts.pins.set(fingerprint, (this.#facts.pins.get(fingerprint) ?? 0) + 1);
  }

  /** A door that opens again within 1.5 s of its shut still belongs to its grant (rules.md 5). */
  #swung({ slot: id, door }: Input & { readonly type: 'door-changed' }): void {
    const slot = this.slot(id);
    slot.open = door === 'open';
    const { grant } = slot;
    if (grant === null || grant.closedAt === null) return;
    if (door === 'shut') grant.closedAt = Math.min(grant.closedAt, this.now);
    else if (this.now - grant.closedAt < 1_500) grant.closedAt = Number.MAX_SAFE_INTEGER;
  }

  #boot(input: Input & { readonly type: 'booted' }): void {
    // Monotonic time begins with the process.
    this.#facts.wrongs.last = 0;
    this.#facts.returnMissed = Number.NEGATIVE_INFINITY;
    for (const { slot, presence, door } of input.levels)
      Object.assign(this.slot(slot), { present: presence !== 'absent', open: door === 'open', unpulsed: 0 });
    for (const { grant } of this.#facts.slots.values()) {
      // Nobody stands in front of the box any more whose return could be meant.
      if (grant?.by.for === 'return') grant.held = true;
      if (grant === null || grant.by.for !== 'take' || grant.opened || grant.held) continue;
      if (this.key(grant.by.key).out) continue;
      this.unsettled.set(grant.by.key, { booking: grant.by.booking, until: this.now + 60_000 });
    }
  }

  #unpower({ slot, type }: Input & { readonly type: 'pulse-ended' | 'pulse-failed' | 'pulse-missed' }): void {
    if (type === 'pulse-missed' && this.powered?.slot === slot) this.#unpulsed(this.slot(slot));
    if (this.powered?.slot === slot) this.powered = null;
    if (type === 'pulse-failed') this.slot(slot).doubtful = true;
  }

  #unpulsed({ grant }: SlotFact): void {
    if (grant?.by.for !== 'take') return;
    const use = this.use(grant.by.booking);
    use.pulses = Math.max(use.pulses - 1, 0);
  }

  #obey({ command }: Input & { readonly type: 'command' }): void {
    if (command.verb === 'lockdown')
      this.#facts.lockedDown = command.on ? { until: command.until ?? Number.POSITIVE_INFINITY } : null;
    if (command.verb === 'restore-slot') this.slot(command.slot).jammed = false;
    if (command.verb === 'maintenance') this.slot(command.slot).doubtful = true;
    if (command.verb !== 'correct') return;
    for (const fact of this.#facts.keys.values()) if (fact.slot === command.slot) fact.slot = null;
    // Whether what was under way at that door goes on as a driver's or as the technician's the rules leave open.
    for (const { grant } of this.#facts.slots.values())
      if (grant !== null && (grant === this.slot(command.slot).grant || grant.by.key === command.key))
        grant.by = { ...grant.by, for: 'technician' };
    // Whether a technician's word is enough to use the slot for a return the rules leave open.
    const emptied = command.key === null;
    Object.assign(this.slot(command.slot), { emptied, untouched: false, doubtful: true });
    if (command.key === null) return;
    // It is back, whoever brought it: its holder's code has had its take (rules.md 6).
    const { out, holder } = this.key(command.key);
    if (out && holder !== null) this.use(holder).used = true;
    Object.assign(this.key(command.key), { out: false, holder: null, slot: command.slot });
  }

  /** Only a credential that was accepted can be granted anything, for as long as lists live. */
  #offer(input: Input): void {
    const from = presented(input);
    this.#offered = this.#offered.filter(one => this.now <= one.until);
    if (from !== null) this.#offered = [...this.#offered, { from, until: this.now + 30_000 }];
  }

  /** After the oracle has judged the entry by what was known before it. */
  read(entry: Entry): void {
    const [slot, key, use] = [this.slot(entry.slot), this.key(entry.key), this.use(entry.booking)];
    if (entry.type === 'door-opened' || entry.type === 'door-forced') slot.untouched = false;
    if (entry.what === 'lockdown-off' && !this.lockedDown(this.clock.now())) this.#facts.lockedDown = null;
    if (entry.type === 'granted') {
      if (!this.#helps(entry, slot)) slot.grant = freshGrant(entry);
      slot.unpulsed += 1;
    } else if (entry.type === 'not-opened') {
      this.unsettled.delete(entry.key);
      Object.assign(slot, { grant: null, unpulsed: 0 });
    } else if (entry.type === 'custody-mismatch') {
      // Rule 11: custody goes back to the last holder.
      if (key.before !== null) this.use(key.before).used = false;
      Object.assign(key, { slot: null, holder: key.before, before: null });
    } else if (entry.type === 'door-held') Object.assign(slot.grant ?? {}, { held: true });
    else if (entry.type === 'jammed') {
      for (const each of this.#facts.uses.values()) each.pulses = 0;
      Object.assign(slot, { jammed: true, grant: slot.grant?.opened ? slot.grant : null });
    } else if (entry.type === 'slot-restored') {
      slot.jammed = false;
      Object.assign(slot.grant ?? {}, { held: true });
    } else if (entry.type === 'sensor-suspect') slot.doubtful = true;
    else if (entry.type === 'door-opened') this.#opened(slot, entry.reason === 'maintenance');
    else if (entry.type === 'door-forced') slot.emptied = false;
    else if (entry.type === 'door-closed' && slot.grant?.opened) slot.grant.closedAt = this.now;
    else if (entry.type === 'not-taken') use.untaken += 1;
    else if (entry.type === 'key-taken') this.#taken(entry, slot, key);
    else if (entry.type === 'key-returned') this.#returned(entry, slot, key);
    else if (entry.type === 'key-transferred') {
      this.use(key.holder ?? undefined).used = true;
      key.holder = entry.booking ?? null;
      if (slot.grant !== null) slot.grant.handedOver = true;
    } else if (entry.type === 'denied') this.#denied(entry);
  }

  /** Whoever is called opens the visit of the driver who stands there. */
  #helps(entry: Entry, slot: SlotFact): boolean {
    const { grant } = slot;
    if (grant === null || !['technician', 'remote'].includes(entry.for ?? '')) return false;
    const moved = grant.by.for === 'take' ? this.key(grant.by.key).out : grant.returned !== undefined;
    return (isLive(slot, 'take') || isLive(slot, 'return')) && !grant.held && !(grant.opened && moved);
  }

  #opened(slot: SlotFact, maintenance: boolean): void {
    slot.jammed = false;
    if (maintenance) slot.emptied = false;
    if (slot.grant === null) return;
    slot.grant.opened = true;
    this.use(slot.grant.by.booking).pulses = 0;
    this.unsettled.delete(slot.grant.by.key);
    // Somebody with a key ring of his own stood at an open compartment: what is in there now nobody knows.
    if (slot.grant.by.for === 'technician' || slot.grant.by.for === 'remote') slot.emptied = false;
  }

  #taken(entry: Entry, slot: SlotFact, key: KeyFact): void {
    const before = key.holder ?? key.before;
    Object.assign(key, { out: true, before, holder: entry.booking ?? null, slot: null });
    Object.assign(this.use(entry.booking), { pulses: 0, untaken: 0 });
    slot.emptied = true;
    this.unsettled.delete(entry.key);
  }

  #returned(entry: Entry, slot: SlotFact, key: KeyFact): void {
    // A key handed over and put back in one visit: whether that spends the second code the rules leave open.
    if (key.out && key.holder !== null && slot.grant?.handedOver !== true) this.use(key.holder).used = true;
    Object.assign(key, { out: false, before: key.holder, holder: null, slot: entry.slot ?? null });
    // Also where it was awaited, should it have come to another slot (rules.md 10).
    for (const each of [slot, ...this.#facts.slots.values()])
      if (each === slot || each.grant?.by.key === entry.key)
        Object.assign(each.grant ?? {}, { returned: entry.key });
    slot.emptied = false;
  }

  /** A lock was told to move; the pulses that its take has had without the door opening. */
  pulse(id: SlotId, ms: number): number {
    const slot = this.slot(id);
    const use = this.use(slot.grant?.by.for === 'take' ? slot.grant.by.booking : undefined);
    this.powered = { slot: id, until: this.now + ms + 1_000 };
    slot.unpulsed -= 1;
    use.pulses += 1;
    return use.pulses;
  }

  #denied(entry: Entry): void {
    const { wrongs } = this.#facts;
    if (entry.reason !== 'unknown' && entry.reason !== 'pin-wrong') return;
    // Nobody guesses a tag by typing.
    if (entry.by === 'tag') return;
    this.#facts.returnMissed = Number.NEGATIVE_INFINITY;
    if (this.now - wrongs.last >= 600_000) Object.assign(wrongs, { count: 0, most: 0 });
    wrongs.count += entry.count ?? 1;
    wrongs.most += entry.count ?? 1;
    wrongs.last = this.now;
  }
}

const named = ({ lookup: { code, phone } }: Input & { readonly type: 'looked-up' }): boolean =>
  code.length > 0 || (phone !== null && phone.found.length > 0);
