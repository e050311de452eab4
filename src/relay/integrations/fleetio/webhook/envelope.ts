/** A webhook as it came → what is kept of it. */
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { Fault } from '../../../../base/fault.ts';
import { parseForeign } from '../../../../base/foreign-json.ts';
import { readAs, shaped } from '../../../../wire/reading.ts';
import type { Assignment } from '../api/port.ts';
import { assignmentRecord, idText } from '../api/records.ts';

interface Envelope {
  /** The event's id; where it has none, a hash of the body, so that it is still taken once. */
  readonly id: string;
  readonly event: string;
  /** Id of the record that it is about; null where it says none. */
  readonly subject: string | null;
  /** JSON of the few members that are needed: no values of custom fields, no comments, no name that is in Fleetio anyway. */
  readonly payload: string;
}

/** Longer ids there are none in a body that was taken; which of them names an event is said further down. */
const idMax = 256 * 1_024;

export const envelopeShape = v.object({
  id: v.optional(v.nullable(v.union([v.pipe(v.string(), v.maxLength(idMax)), v.number()])), null),
  event: shaped(100, /^[\w.:-]{1,100}$/, 'must be the name of an event'),
  payload: v.optional(v.unknown(), null),
});

/** Of whatever else it has, nothing is read. */
const payloadShape = v.looseObject({ id: v.optional(v.unknown()) });

const keptMembers = [
  'id',
  'vehicle_id',
  'contact_id',
  'started_at',
  'ended_at',
  'created_at',
  'updated_at',
  'deleted_at',
] as const;
/** Longest text of a member that is kept; an instant has 30 characters. */
const memberMax = 64;

/** @throws Fault `bad-json`, `bad-input` naming the member */
export function readEnvelope(raw: Uint8Array): Envelope {
  const parsed = readAs(envelopeShape, jsonOf(raw));
  if (!parsed.success) {
    const member = v.getDotPath(parsed.issues[0]) ?? 'the body';
    throw new Fault('bad-input', `${member.slice(0, 50)} is not that of a Fleetio event`, hint);
  }
  // A refused event is sent again, and a few of those disable the webhook: one that is signed and has a name is taken, however odd
  // its other members are, and what it is about is read again.
  const { event } = parsed.output;
  const payload = readAs(payloadShape, parsed.output.payload);
  const members = payload.success ? payload.output : {};
  const subject = readAs(idText, members.id);
  const id = readAs(idText, parsed.output.id);
  return {
    id: id.success ? id.output : `sha256-${createHash('sha256').update(raw).digest('hex').slice(0, 40)}`,
    event,
    subject: subject.success ? subject.output : null,
    payload: JSON.stringify(kept(members)),
  };
}

const hint = 'Fleetio sends {"id", "event", "timestamp", "triggered_by", "payload"}.';

function jsonOf(raw: Uint8Array): unknown {
  try {
    return parseForeign(new TextDecoder('utf-8', { fatal: true }).decode(raw));
  } catch {
    throw new Fault('bad-json', 'the body is not JSON', hint);
  }
}

function kept(payload: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const name of keptMembers) {
    const value = payload[name];
    if (typeof value === 'number' || value === null) members[name] = value;
    if (typeof value === 'string' && value.length <= memberMax) members[name] = value;
  }
  return members;
}

/** The assignment as a stored event tells it; null where it tells too little, as of one that was deleted. */
export function assignmentOfEvent(payload: string): Assignment | null {
  const read = readAs(assignmentRecord, JSON.parse(payload));
  return read.success ? read.output : null;
}
