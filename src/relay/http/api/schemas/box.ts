import * as v from 'valibot';
import { readAs, shaped } from '../../../../wire/reading.ts';
import { boxIdShape } from '../../../../wire/topics.ts';
import { boxPlace } from '../../../../wire/up.ts';
import { problemFacts } from '../../../core/problems/catalogue.ts';
import type { BoxFault } from '../../../domain/box-health.ts';
import { placeOf, type Told } from '../../../domain/box-told.ts';
import type { BoxView } from '../../../domain/boxes.ts';
import { slotsOf } from '../../../domain/boxes.ts';
import { horizon } from './holdings.ts';
import { at, atOrNull, atText, id, line, slot, whole } from './parts.ts';
import { problemWords } from './problem-words.ts';

const boxId = shaped(63, boxIdShape, 'must be lower-case letters, digits and dashes, 63 at most');

export const newBox = v.strictObject({
  name: line(64),
  id: v.optional(boxId),
  site: v.optional(v.nullable(id)),
});
/** People say these of a box; the rest it tells itself. */
export const boxVersion = ['name', 'site'] as const;
export const boxPatch = v.strictObject({ name: v.optional(line(64)), site: v.optional(v.nullable(id)) });

/** A claim is shown once, here: what a technician gives to `smartbox enroll`. */
export const claimed = v.object({ id: v.string(), claim: v.string() });
export const claim = v.object({ claim: v.string(), expires: at });

/** One thing that is wrong there now; the same stands among the Problems. */
const fault = v.object({
  problem: v.string(),
  kind: v.string(),
  ...problemWords.entries,
  slot: v.nullable(slot),
  key: v.nullable(v.string()),
  device: v.nullable(v.string()),
  detail: v.string(),
  since: at,
  /** How often it was said since then. */
  count: whole,
});

const place = v.object({
  name: v.string(),
  timezone: v.string(),
  region: v.string(),
  language: v.string(),
  phone: v.nullable(v.string()),
});

export const box = v.object({
  id: v.string(),
  name: v.string(),
  site: v.nullable(v.string()),
  created: at,
  /** Null: never enrolled. */
  enrolled: v.nullable(at),
  /** As the box itself says: its own id, program and slots. */
  label: v.nullable(v.string()),
  program: v.nullable(v.string()),
  slots: v.nullable(v.array(slot)),
  /** Where it stands by its own configuration, as it told last: it counts until a site says otherwise. Null: it has not told. */
  place: v.nullable(place),
  link: v.object({
    state: v.picklist(['never', 'up', 'lost']),
    since: v.nullable(at),
    heard: v.nullable(at),
  }),
  /** The set that the box is to have, and the one that its last receipt proves. */
  sync: v.object({
    revision: whole,
    known: v.object({ epoch: whole, revision: whole, at: v.nullable(at) }),
    waiting: v.boolean(),
  }),
  clock: v.nullable(v.string()),
  /** Events that are stored here for good. */
  journal: v.object({ epoch: whole, seq: whole, head: v.string() }),
  /** Faults by its signed events, the oldest first. */
  faults: v.array(fault),
});

const ability = v.picklist(['all', 'some', 'none']);

/**
 * The box's retained state as it last told it, word for word: for a glance. It may be old (`heard`: when it came
 * here, `at`: the box's own clock). `signed` false: the box has an older program, and whoever can write to the broker may have
 * said it.
 */
const told = v.object({
  heard: at,
  at,
  signed: v.boolean(),
  program: v.string(),
  revision: v.object({ epoch: whole, revision: whole }),
  syncAgeS: v.nullable(whole),
  takes: ability,
  returns: ability,
  troubles: v.array(v.string()),
  slots: v.array(
    v.object({
      slot,
      door: v.picklist(['shut', 'open']),
      key: v.nullable(v.string()),
      faulted: v.boolean(),
    }),
  ),
});

/** Null: it has told nothing yet. */
export const boxDetail = v.object({ ...box.entries, told: v.nullable(told), horizon });

const faultItem = ({ id: problem, kind, since, ...rest }: BoxFault): v.InferInput<typeof fault> => ({
  ...{ problem, kind, ...problemFacts(kind) },
  ...{ slot: rest.slot, key: rest.key, device: rest.device, detail: rest.detail },
  ...{ since: atText(since), count: rest.count },
});

export const toldItem = (row: Told | null): v.InferInput<typeof told> | null => {
  if (row === null) return null;
  const { program, epoch, rev, syncAgeS, takes, returns, troubles, slots } = row.state;
  return {
    ...{
      heard: atText(row.heard),
      at: atText(row.at),
      signed: placeOf(row) !== null,
      program,
      revision: { epoch, revision: rev },
    },
    ...{ syncAgeS, takes, returns, troubles: [...troubles] },
    slots: slots.map(each => ({ ...each })),
  };
};

/** Who had phone, badge or PIN in the retired box, and has been told that they open nothing any more. */
export const retiredBox = v.object({
  ...box.entries,
  drivers: v.array(v.object({ id: v.string(), name: v.string() })),
});

function placeShown(told: string | null): v.InferInput<typeof place> | null {
  const read = told === null ? null : readAs(boxPlace, JSON.parse(told));
  if (read?.success !== true) return null;
  const { name, timezone, region, language, phone } = read.output;
  return { name, timezone, region, language, phone };
}

export const boxItem = (row: BoxView, faults: readonly BoxFault[] = []): v.InferInput<typeof box> => ({
  id: row.id,
  name: row.name,
  site: row.site,
  created: atText(row.created),
  enrolled: atOrNull(row.enrolled),
  label: row.label,
  program: row.program,
  slots: row.slots === null ? null : [...(slotsOf(row) ?? [])],
  place: placeShown(row.place),
  link: { state: row.link, since: atOrNull(row.link_since), heard: atOrNull(row.heard) },
  sync: {
    revision: row.revision,
    known: { epoch: row.known_epoch, revision: row.known_rev, at: atOrNull(row.known_at) },
    waiting: row.dirty === 1 || row.known_rev < row.revision,
  },
  clock: row.clock,
  journal: { epoch: row.box_epoch, seq: row.seq, head: row.head },
  faults: faults.map(faultItem),
});
