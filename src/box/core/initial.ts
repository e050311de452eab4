import { type KeyName, type Millis, millis, mono, type SlotId, wall } from '../../base/brand.ts';
import { type BoxState, type Key, limits, type Rules, type Slot } from './model.ts';

/** A box as its configuration and its key table describe it. */
export interface Site {
  readonly rules: Rules;
  readonly slots: readonly { readonly id: SlotId; readonly pulseMs: Millis; readonly sensed: boolean }[];
  readonly keys: readonly KeyDefinition[];
}

export interface KeyDefinition {
  readonly name: KeyName;
  readonly home: SlotId;
  readonly tagged: boolean;
}

export const freshKey = (definition: KeyDefinition): Key => ({
  name: definition.name,
  home: definition.home,
  tagged: definition.tagged,
  place: { at: 'never-stocked' },
  lastHolder: null,
});

const freshSlot = (slot: Site['slots'][number]): Slot => ({
  id: slot.id,
  door: 'shut',
  presence: slot.sensed ? 'absent' : 'none',
  pulseMs: slot.pulseMs,
  opening: null,
  misses: 0,
  jammed: false,
  doorSuspect: false,
  lineFaulted: false,
  maintenance: false,
  knownEmpty: false,
  contentsUnknown: false,
  openSince: null,
  heldReported: false,
  forced: false,
  shutAt: null,
  closedAt: null,
  closedFor: null,
  bounced: false,
  lastTake: null,
  lastClosed: null,
});

export const byName = (a: { readonly name: KeyName }, b: { readonly name: KeyName }): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0;

/** A box that has never run. The first input of any run is `booted`. */
export const initialState = (site: Site): BoxState => ({
  rules: site.rules,
  configured: site.rules,
  overlay: { rules: {}, texts: {} },
  bootedAt: mono(0),
  now: mono(0),
  slots: site.slots.map(freshSlot).sort((a, b) => a.id - b.id),
  keys: site.keys.map(freshKey).sort(byName),
  uses: [],
  powered: null,
  queue: [],
  panel: { mode: 'idle' },
  typing: null,
  shown: null,
  openingEndedAt: null,
  attempts: {
    wrongs: 0,
    lastWrongAt: null,
    waitUntil: null,
    lockoutSaid: false,
    phones: [],
    returns: { left: limits.returnLookups, since: mono(0), lastAt: null },
    denials: { since: mono(0), written: 0, summed: {} },
    tags: { since: mono(0), said: false, more: 0 },
  },
  clock: { floorAtBoot: null, judged: wall(0), synced: false, offset: millis(0), level: 'plausible' },
  health: { storage: 'good', powerLow: false, tamper: false, lost: [], databaseSuspect: false },
  said: { clockWrong: false, powerLow: false, lost: [] },
  lockdown: { on: false, until: null },
  sync: { enrolled: false, vouchedAt: null },
  rejections: { since: mono(0), said: false, more: 0, reason: '' },
  flapping: [],
});
