/** The retained document on `smartbox/1/BOX/state`: for dashboards and a first glance. No secrets; nothing decides on it. */
import * as v from 'valibot';
import { instantMs, keyName, slot, whole } from './parts.ts';

const ability = v.picklist(['all', 'some', 'none']);

export const boxState = v.variant('link', [
  v.looseObject({
    link: v.literal('up'),
    v: v.literal(1),
    at: instantMs,
    program: v.string(),
    epoch: whole,
    rev: whole,
    /** Seconds since the relay last vouched for the revision; null: never yet. */
    syncAgeS: v.nullable(whole),
    takes: ability,
    returns: ability,
    /** Codes of what is not as it should be. */
    troubles: v.array(v.string()),
    slots: v.array(
      v.looseObject({
        slot,
        door: v.picklist(['shut', 'open']),
        key: v.nullable(keyName),
        faulted: v.boolean(),
      }),
    ),
  }),
  /** The last will, and what a box says when it stops in order. */
  v.looseObject({ link: v.literal('lost'), v: v.literal(1) }),
  v.looseObject({ link: v.literal('stopped'), v: v.literal(1), at: instantMs }),
]);
export type BoxStateDocument = v.InferOutput<typeof boxState>;
