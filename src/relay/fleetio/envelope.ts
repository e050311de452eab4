/** A webhook as it came → what is kept of it. */
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { Fault } from '../../base/fault.ts';
import { assignmentRecord, idText } from './client/records.ts';
import type { Assignment } from './port.ts';

export interface Envelope {
  /** The event's id; where it has none, a hash of the body, so that it is still taken once. */
  readonly id: string;
  readonly event: string;
  /** Id of the record that it is about; null where it says none. */
  readonly subject: string | null;
  /** JSON of the few members that are needed: no values of custom fields, no comments, no name that is in Fleetio anyway. */
  readonly payload: string;
}

const envelopeShape = v.object({
  id: v.optional(v.nullable(idText), null),
  event: v.pipe(v.string(), v.regex(/^[\w.:-]{1,100}$/, 'must be the name of an event')),
  payload: v.optional(v.nullable(v.record(v.string(), v.unknown())), null),
});

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
  const parsed = v.safeParse(envelopeShape, jsonOf(raw));
  if (!parsed.success) {
    const member = v.getDotPath(parsed.issues[0]) ?? 'the body';
    throw new Fault('bad-input', `${member.slice(0, 50)} is not that of a Fleetio event`, hint);
  }
  const { id, event, payload } = parsed.output;
  const subject = v.safeParse(idText, payload?.id);
  return {
    id: id ?? `sha256-${createHash('sha256').update(raw).digest('hex').slice(0, 40)}`,
    event,
    subject: subject.success ? subject.output : null,
    payload: JSON.stringify(kept(payload ?? {})),
  };
}

const hint = 'Fleetio sends {"id", "event", "timestamp", "triggered_by", "payload"}.';

function jsonOf(raw: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw));
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
  const read = v.safeParse(assignmentRecord, JSON.parse(payload));
  return read.success ? read.output : null;
}
