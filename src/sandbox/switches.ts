/** How the sandbox misbehaves, or which of two undocumented ways it goes. Each can be turned while it runs. */

/** A call gets this instead of its answer. */
export type Failure =
  | 'none'
  | '401'
  | '403'
  | '404'
  | '422'
  | '429'
  | '500'
  | '503'
  | 'hang'
  | 'garbage'
  | 'cut';

export interface Switches {
  /** Of the next calls whose path contains `failOn`, so many fail; -1: all. */
  failure: Failure;
  failOn: string;
  failTimes: number;
  /** Calls a minute and account before 429; 0: no limit. */
  callsPerMin: number;
  retryAfterS: number;
  /** Every answer waits so long. */
  delayMs: number;
  /** How lists look: with cursors in `records`, or bare arrays with pages. */
  lists: 'records' | 'array';
  /** Which paths exist: `/v1/…` (and `/v2/contacts`), without a version, or both. */
  paths: 'versioned' | 'plain' | 'both';
  /** Fields that a PATCH does not name stay, or are cleared. */
  fields: 'merge' | 'replace';
  /** An assignment without values has `{}`, or null. */
  noFields: 'empty' | 'null';
  /** Unknown custom field keys are dropped without a word, or refused. */
  unknownKeys: 'drop' | 'reject';
  /** Whether the list of custom fields may be read. */
  fieldList: 'shown' | 'forbidden';
  /** Our own PATCH comes back as an updated event, or not. */
  echo: boolean;
  /** The deleted event carries the record as it was, or its id alone. */
  deletedPayload: 'record' | 'id';
  deletedStatus: 204 | 200;
  /** Events are named so; `%` is created, updated or deleted. */
  eventName: string;
  hooks: HookSwitches;
}

interface HookSwitches {
  /** No event is sent at all; they are lost, as while a webhook is disabled. */
  silent: boolean;
  /** Every delivery waits so long. */
  lateMs: number;
  /** Each event is delivered twice, with the same id. */
  doubled: boolean;
  /** Two events that wait together go out the other way round. */
  swapped: boolean;
  /** Identical updates of one assignment within so long become one. */
  coalesceMs: number;
  /** Consecutive failures after which a webhook is disabled; 0: never. */
  disableAfter: number;
  /** Waits between tries; the last one repeats. */
  retryMs: readonly number[];
}

const minuteMs = 60_000;

export const wellBehaved = (): Switches => ({
  failure: 'none',
  failOn: '',
  failTimes: 0,
  callsPerMin: 0,
  retryAfterS: 22,
  delayMs: 0,
  lists: 'records',
  paths: 'both',
  fields: 'merge',
  noFields: 'empty',
  unknownKeys: 'drop',
  fieldList: 'shown',
  echo: true,
  deletedPayload: 'record',
  deletedStatus: 204,
  eventName: 'vehicle_assignment_%',
  hooks: {
    silent: false,
    lateMs: 0,
    doubled: false,
    swapped: false,
    coalesceMs: 0,
    disableAfter: 4,
    retryMs: [minuteMs, 5 * minuteMs, 10 * minuteMs, 20 * minuteMs, 60 * minuteMs],
  },
});

/** Says what is wrong with a patch of the switches, or null: values must be of the kind that is there. */
export function badSwitch(now: object, patch: object, path = ''): string | null {
  for (const [name, value] of Object.entries(patch)) {
    const at = path === '' ? name : `${path}.${name}`;
    const before = (now as Record<string, unknown>)[name];
    if (before === undefined) return `there is no switch ${at}`;
    const nested = typeof before === 'object' && before !== null && !Array.isArray(before);
    if (nested && typeof value === 'object' && value !== null) {
      const found = badSwitch(before, value, at);
      if (found !== null) return found;
    } else if (typeof value !== typeof before || Array.isArray(value) !== Array.isArray(before))
      return `${at} is a ${Array.isArray(before) ? 'list' : typeof before}`;
  }
  return null;
}

/** `patch` has passed `badSwitch`. */
export function turn(
  switches: Switches,
  patch: Partial<Omit<Switches, 'hooks'>> & { hooks?: Partial<HookSwitches> },
): void {
  const { hooks, ...rest } = patch;
  Object.assign(switches, rest);
  if (hooks !== undefined) Object.assign(switches.hooks, hooks);
}
