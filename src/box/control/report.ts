import type { MonoMs, WallMs } from '../../base/brand.ts';
import { instantText } from '../../base/instant.ts';
import type { Ability, StatusReport, Trouble } from '../../wire/report.ts';
import { trusted } from '../core/clock.ts';
import { isStale, slotForReturn } from '../core/decide.ts';
import { keyIn } from '../core/draft.ts';
import type { BoxState, Slot } from '../core/model.ts';
import type { BoxSite, RelayState } from '../ports.ts';
import { overlayReport } from './report-overlay.ts';
import { slotReport } from './report-slots.ts';

/** A status is made of these besides the state. */
export interface ReportContext {
  readonly program: string;
  readonly site: Pick<BoxSite, 'id' | 'name' | 'timezone' | 'keypad' | 'readers'>;
  readonly now: WallMs;
  readonly mono: MonoMs;
  /** Null where the file cannot be read. */
  readonly bookings: number | null;
  readonly guardHealthy: boolean;
  readonly publicKey: string;
  readonly relay: RelayState;
}

/** A trouble with what it keeps people from. */
interface Limit extends Trouble {
  readonly takes: Ability;
  readonly returns: Ability;
}

const limit = (takes: Ability, returns: Ability, trouble: readonly [string, string, string]): Limit => ({
  takes,
  returns,
  code: trouble[0],
  message: trouble[1],
  hint: trouble[2],
});

/** The whole box in one document (contracts.md §3 `status`). Pure: state in, report out. */
export function statusReport(state: BoxState, around: ReportContext): StatusReport {
  const { site, now, mono } = around;
  const found = [...boxLimits(state, around), ...portLimits(state, site), ...slotLimits(state)];
  const hits = found.filter(each => each.takes !== 'all' || each.returns !== 'all');
  return {
    box: site.id,
    name: site.name,
    program: around.program,
    timezone: site.timezone,
    key: around.publicKey,
    at: instantText(now),
    upS: Math.floor(mono / 1_000),
    takes: worst(found.map(each => each.takes)),
    returns: worst(found.map(each => each.returns)),
    reasons: hits.map(plain),
    remarks: found.filter(each => !hits.includes(each)).map(plain),
    clock: state.clock.level,
    storage: state.health.databaseSuspect ? 'suspect' : state.health.storage,
    lockdown: {
      on: state.lockdown.on,
      until: state.lockdown.until === null ? null : instantText(state.lockdown.until),
    },
    powerLow: state.health.powerLow,
    tamper: state.health.tamper,
    lost: state.health.lost,
    sync: syncReport(state, around),
    overlay: overlayReport(state.overlay),
    bookings: around.bookings,
    keys: keyCounts(state),
    guessing: guessing(state, mono),
    slots: state.slots.map(slot => slotReport(state, slot)),
  };
}

/** Somebody cannot take or return now: `status` exits 1. */
export const hindered = (report: Pick<StatusReport, 'takes' | 'returns'>): boolean =>
  report.takes !== 'all' || report.returns !== 'all';

const plain = ({ code, message, hint }: Limit): Trouble => ({ code, message, hint });

const worst = (abilities: readonly Ability[]): Ability =>
  abilities.includes('none') ? 'none' : abilities.includes('some') ? 'some' : 'all';

const boxLimits = (state: BoxState, around: ReportContext): readonly Limit[] => [
  ...hardLimits(state, around),
  ...softLimits(state),
  ...relayLimits(around),
];

const collector =
  (limits: Limit[]) =>
  (holds: boolean, each: () => Limit): void => {
    if (holds) limits.push(each());
  };

/** Something is broken, or about to be. */
function hardLimits({ health }: BoxState, around: ReportContext): readonly Limit[] {
  const limits: Limit[] = [];
  const add = collector(limits);
  add(!around.guardHealthy, () =>
    limit('none', 'none', [
      'guard-away',
      'the guard process is away, no lock is powered without it',
      'It is started again by itself; if this stays, see the daemon’s log.',
    ]),
  );
  add(health.storage === 'degraded', () =>
    limit('none', 'all', [
      'storage-degraded',
      'the disk takes no writes; returns go on',
      'Free space or replace the card, then see smartbox doctor.',
    ]),
  );
  add(health.databaseSuspect, () =>
    limit('none', 'all', [
      'database-suspect',
      'the database is damaged; returns go on',
      'Restart smartboxd: it keeps the damaged file aside and begins a new epoch.',
    ]),
  );
  add(health.powerLow, () =>
    limit('none', 'all', [
      'power-low',
      'the power is low; returns go on',
      'Check the supply or the battery.',
    ]),
  );
  return limits;
}

/** Nothing is broken, but the box may not hand out keys, or not all. */
function softLimits(state: BoxState): readonly Limit[] {
  const limits: Limit[] = [];
  const add = collector(limits);
  add(state.lockdown.on, () => limit('none', 'all', lockdownTrouble(state)));
  add(!trusted(state.clock.level), () =>
    limit('some', 'all', [
      'clock-untrusted',
      `the clock is ${state.clock.level}; only bookings that must be running now are honoured`,
      'Set it, then say so: smartbox clock set.',
    ]),
  );
  add(isStale(state), () =>
    limit('none', 'all', [
      'stale',
      'the relay has not vouched for the bookings for longer than maxSyncAgeH',
      'Check the network; returns go on.',
    ]),
  );
  add(state.health.tamper, () =>
    limit('all', 'all', ['tamper', 'the tamper contact is open', 'Look at the cabinet, then close its lid.']),
  );
  return limits;
}

/** Tells what to do about a relay that is reached and not heard. */
export const unheardHint =
  'See that the relay runs. If it was restored from a backup, restore a later one there, made after its key was changed; or enrol this box again: smartbox enroll.';

function relayLimits({ relay }: ReportContext): readonly Limit[] {
  if (relay.link !== 'up' || relay.trouble === null) return [];
  return [limit('all', 'all', ['relay-unheard', relay.trouble, unheardHint])];
}

const lockdownTrouble = ({ lockdown }: BoxState): readonly [string, string, string] => [
  'lockdown',
  lockdown.until === null
    ? 'the box is in lock-down'
    : `the box is in lock-down until ${instantText(lockdown.until)}`,
  'End it with smartbox lockdown off --why TEXT.',
];

/** A lost port takes only itself out of service (rules.md 15): with a keypad, everybody still gets in by code or phone. */
function portLimits(state: BoxState, site: ReportContext['site']): readonly Limit[] {
  const lost = (device: string): boolean => state.health.lost.includes(device);
  const keypadLost = lost(site.keypad);
  const alone = keypadLost && site.readers.every(lost);
  return state.health.lost.map(device => {
    const ability: Ability = device !== site.keypad ? 'all' : alone ? 'none' : 'some';
    return limit(ability, ability, [
      'reader-lost',
      `${device} is away`,
      'Check its cable; smartbox doctor names the path it should be at.',
    ]);
  });
}

function slotLimits(state: BoxState): readonly Limit[] {
  const faulted = state.slots.flatMap(slot => {
    const fault = slotTrouble(slot);
    return fault === null ? [] : [faultLimit(state, slot, fault)];
  });
  const strays = state.keys.filter(key => key.place.at === 'out' && slotForReturn(state, key) === null);
  if (strays.length === 0) return faulted;
  const names = strays.map(key => key.name).slice(0, 5);
  return [
    ...faulted,
    limit('all', strays.length === state.keys.length ? 'none' : 'some', [
      'box-full',
      `no slot is free for ${names.join(', ')}${strays.length > names.length ? ' and more' : ''}`,
      'Walk the cabinet with smartbox audit.',
    ]),
  ];
}

function slotTrouble(slot: Slot): readonly [string, string] | null {
  if (slot.maintenance) return ['is under maintenance', `smartbox maintenance off ${slot.id} --why TEXT`];
  if (slot.jammed) return ['is jammed', `Free its lock, then smartbox open ${slot.id} --why TEXT.`];
  if (slot.lineFaulted) return ['has a line that does not work', 'smartbox doctor names the line.'];
  if (slot.doorSuspect)
    return ['has a door sensor that cannot be right', 'Check the reed contact and its wire.'];
  return null;
}

/** A faulted slot keeps somebody from a key only where it holds one, or may; and a returned key goes elsewhere. */
function faultLimit(state: BoxState, slot: Slot, [what, hint]: readonly [string, string]): Limit {
  const usable = slot.doorSuspect && !slot.jammed && !slot.lineFaulted && !slot.maintenance;
  const works = usable && slot.presence !== 'none';
  const holds = keyIn(state, slot.id) !== null || (slot.presence === 'none' && !slot.knownEmpty);
  return limit(holds && !works ? 'some' : 'all', 'all', ['slot-faulted', `slot ${slot.id} ${what}`, hint]);
}

function syncReport(state: BoxState, { now, relay }: ReportContext): StatusReport['sync'] {
  const { since, ...rest } = relay;
  const { enrolled } = state.sync;
  return {
    ...{ enrolled, ageS: syncAgeS(state, now) },
    ...rest,
    since: since === null ? null : instantText(since),
  };
}

function syncAgeS(state: BoxState, now: WallMs): number | null {
  const { enrolled, vouchedAt } = state.sync;
  if (!enrolled || vouchedAt === null) return null;
  return Math.max(0, Math.floor((now - vouchedAt) / 1_000));
}

function keyCounts(state: BoxState): StatusReport['keys'] {
  const count = (at: string): number => state.keys.filter(key => key.place.at === at).length;
  return {
    in: count('slot'),
    out: count('out'),
    missing: count('missing'),
    neverStocked: count('never-stocked'),
  };
}

function guessing({ attempts }: BoxState, mono: MonoMs): StatusReport['guessing'] {
  const waitMs = attempts.waitUntil === null ? 0 : Math.max(0, attempts.waitUntil - mono);
  const phonesLocked = attempts.phones.filter(
    phone => phone.lockedUntil !== null && phone.lockedUntil > mono,
  ).length;
  return { wrongs: attempts.wrongs, waitS: Math.ceil(waitMs / 1_000), phonesLocked };
}
