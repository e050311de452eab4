import * as v from 'valibot';
import { boxIdShape } from '../../../wire/topics.ts';
import type { BoxView } from '../../domain/boxes.ts';
import { slotsOf } from '../../domain/boxes.ts';
import { at, atOrNull, atText, id, line, slot, whole } from './parts.ts';

export const boxId = v.pipe(
  v.string(),
  v.regex(boxIdShape, 'must be lower-case letters, digits and dashes, 63 at most'),
);

export const newBox = v.strictObject({
  name: line(64),
  id: v.optional(boxId),
  site: v.optional(v.nullable(id)),
});
export const boxPatch = v.strictObject({ name: v.optional(line(64)), site: v.optional(v.nullable(id)) });

/** A claim is shown once, here: what a technician gives to `smartbox enroll`. */
export const claimed = v.object({ id: v.string(), claim: v.string() });
export const claim = v.object({ claim: v.string(), expires: at });

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
  link: v.object({
    state: v.picklist(['never', 'up', 'lost']),
    since: v.nullable(at),
    heard: v.nullable(at),
  }),
  /** What the box is to have, and what its last receipt proves that it has. */
  sync: v.object({
    revision: whole,
    known: v.object({ epoch: whole, revision: whole, at: v.nullable(at) }),
    waiting: v.boolean(),
  }),
  clock: v.nullable(v.string()),
  /** Events that are stored here for good. */
  journal: v.object({ epoch: whole, seq: whole, head: v.string() }),
});

export const boxItem = (row: BoxView): v.InferInput<typeof box> => ({
  id: row.id,
  name: row.name,
  site: row.site,
  created: atText(row.created),
  enrolled: atOrNull(row.enrolled),
  label: row.label,
  program: row.program,
  slots: row.slots === null ? null : [...(slotsOf(row) ?? [])],
  link: { state: row.link, since: atOrNull(row.link_since), heard: atOrNull(row.heard) },
  sync: {
    revision: row.revision,
    known: { epoch: row.known_epoch, revision: row.known_rev, at: atOrNull(row.known_at) },
    waiting: row.dirty === 1 || row.known_rev < row.revision,
  },
  clock: row.clock,
  journal: { epoch: row.box_epoch, seq: row.seq, head: row.head },
});
