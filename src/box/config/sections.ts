/** Each section of the configuration is checked here: every key, default and range (contracts.md §2). */
import { hours, millis, minutes, seconds, slotId } from '../../base/brand.ts';
import type { Check, Field, Place } from '../../base/config/check.ts';
import {
  also,
  claim,
  flag,
  inside,
  integer,
  list,
  mapping,
  oneOf,
  optional,
  problem,
  required,
} from '../../base/config/check.ts';
import { label, path } from '../../base/config/texts.ts';
import type { Rules } from '../core/model.ts';
import { limits } from '../core/model.ts';
import type { Level, LineSpec, Pull } from '../ports.ts';
import type {
  DisplayConfig,
  GpioConfig,
  KeypadConfig,
  ProtocolNames,
  ReaderConfig,
  Site,
  SlotConfig,
} from './model.ts';
import { keypadKeys, serialFormat, usualFormat, usualKeypadKeys } from './serial.ts';
import { chipLabel, identifier, phone, region, timezone } from './values.ts';

const readersMax = 8;
const pulseLeastMs = 50;
const slotsMax = 999;
const baudRates = [
  300, 600, 1_200, 2_400, 4_800, 9_600, 14_400, 19_200, 28_800, 38_400, 57_600, 115_200, 230_400,
] as const;

const level: Check<Level> = oneOf<Level>(0, 1);

export const site: Check<Site> = also(
  mapping<Omit<Site, 'name'> & { name: string | null }>({
    id: required(identifier),
    name: optional<string | null>(label(64), null),
    timezone: required(timezone),
    language: optional(oneOf('en', 'nl'), 'en'),
    region: required(region),
    phone: optional<string | null>(phone, null),
  }),
  box => ({ ...box, name: box.name ?? box.id }),
);

/* ---- serial ------------------------------------------------------------------------------------------------------- */

const baud = optional<number>(oneOf(...baudRates), 9_600);
const format = optional(serialFormat, usualFormat);
const debounceMaxMs = 1_000;

/** A tty that nobody else in this file uses. */
const tty = (folder: string): Check<string> =>
  also(path(folder), (value, at) => {
    claim(at, 'serial path', value);
    return value;
  });

export const keypad = (folder: string, names: ProtocolNames): Check<KeypadConfig> =>
  mapping<KeypadConfig>({
    path: required(tty(folder)),
    baud,
    format,
    protocol: optional(oneOf(...names.keypads), 'ascii'),
    keys: optional(keypadKeys, usualKeypadKeys),
    debounceMs: optional(also(integer(0, debounceMaxMs), millis), millis(0)),
  });

export const readers = (folder: string, names: ProtocolNames): Check<readonly ReaderConfig[]> => {
  const reader = mapping<ReaderConfig>({
    name: required(
      also(identifier, (value, at) => {
        claim(at, 'reader name', value);
        return value;
      }),
    ),
    path: required(tty(folder)),
    baud,
    format,
    protocol: optional(oneOf(...names.readers), 'em4100-ascii'),
  });
  return list(reader, 0, readersMax);
};

export const display = (folder: string): Check<DisplayConfig> =>
  mapping<DisplayConfig>({
    path: required(tty(folder)),
    baud,
    columns: optional(integer(16, 80), 20),
    rows: optional(integer(2, 25), 4),
  });

/* ---- lines -------------------------------------------------------------------------------------------------------- */

/** A line of a chip that nobody else in this file uses, with what its levels mean. */
function line<T extends object>(more: { readonly [K in keyof T]: Field<T[K]> }): Check<LineSpec & T> {
  type Both = LineSpec & T;
  const fields = { chip: required(chipLabel), line: required(integer(0, 1_023)), ...more };
  return also(mapping<Both>(fields as { readonly [K in keyof Both]: Field<Both[K]> }), (value, at) => {
    claim(inside(at, 'line'), 'line', `${value.chip}/${value.line}`);
    return value;
  });
}

/** Null: as the firmware has set it. */
const pull = optional<Pull | null>(oneOf<Pull>('up', 'down', 'none'), null);

export const output = line({ activeLevel: optional(level, 1) });
/** Inputs are pulled up, and their contacts go to ground. */
export const input = line({ activeLevel: optional(level, 0), pull });

const slot: Check<SlotConfig> = mapping<SlotConfig>({
  id: required(
    also(integer(1, slotsMax), (value, at) => {
      claim(at, 'slot', String(value));
      return slotId(value);
    }),
  ),
  lock: required(
    line({
      activeLevel: optional(level, 1),
      pulseMs: optional(also(integer(pulseLeastMs, limits.pulseMaxMs), millis), millis(300)),
    }),
  ),
  door: required(line({ closedLevel: optional(level, 0), pull })),
  presence: optional<SlotConfig['presence']>(line({ presentLevel: optional(level, 0), pull }), null),
});

export const slots: Check<readonly SlotConfig[]> = also(list(slot, 1, slotsMax), all =>
  all.toSorted((a, b) => a.id - b.id),
);

export const gpio = (folder: string): Check<GpioConfig> =>
  also(
    mapping({
      driver: required(oneOf('auto', 'cdev', 'onoff', 'sim')),
      dir: optional<string | null>(path(folder), null),
    }),
    ({ driver, dir }, at) => {
      if (driver === 'sim')
        return dir === null
          ? problem(inside(at, 'dir'), 'is missing: the sim driver keeps its lines there')
          : { driver, dir };
      return dir === null ? { driver } : problem(inside(at, 'dir'), 'belongs to the sim driver only');
    },
  );

/* ---- rules -------------------------------------------------------------------------------------------------------- */

type RulesRead = Omit<Rules, 'hasDisplay'>;

const inMinutes = (most: number) => also(integer(0, most), minutes);
const inSeconds = (least: number) => also(integer(least, 3_600), seconds);

const ruleFields = mapping({
  leadMin: optional(inMinutes(1_440), minutes(15)),
  openWithinS: optional(inSeconds(1), seconds(20)),
  doorHeldS: optional(inSeconds(1), seconds(60)),
  doorSettleMs: optional(also(integer(0, 5_000), millis), millis(1_500)),
  dueSoonMin: optional(inMinutes(1_440), minutes(15)),
  overdueGraceMin: optional(inMinutes(10_080), minutes(0)),
  maxSyncAgeH: optional<RulesRead['maxSyncAgeMs']>(also(integer(1, 8_760), hours), null),
  badgeNeedsPin: optional(flag, true),
});

export const rules: Check<RulesRead> = also(ruleFields, read => ({
  leadMs: read.leadMin,
  openWithinMs: read.openWithinS,
  doorHeldMs: read.doorHeldS,
  doorSettleMs: read.doorSettleMs,
  dueSoonMs: read.dueSoonMin,
  overdueGraceMs: read.overdueGraceMin,
  maxSyncAgeMs: read.maxSyncAgeH,
  badgeNeedsPin: read.badgeNeedsPin,
}));

/** Gives the rules where `rules:` is absent. */
export function rulesByDefault(at: Place): RulesRead {
  const read = rules({}, at);
  if (read === undefined) throw new RangeError('the default rules are not valid');
  return read;
}
