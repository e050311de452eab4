/** A box's set as messages: a delta where it fits one, else a snapshot in parts. */
import type { Delta, Snapshot } from '../../wire/down.ts';
import { recordsMax } from '../../wire/down.ts';
import type { WireRecord } from '../../wire/records.ts';
import type { BoxSet } from '../domain/box-set.ts';

/** Records in one message: sealed, in base 64 and with its envelope that stays below 48 KiB. */
const recordsBytesMax = 33_000;
const dropsMax = recordsMax * 2;

export interface UpdateHead {
  /** Of the relay. */
  readonly epoch: number;
  readonly at: number;
  /** Of the snapshot. */
  readonly id: string;
}

const sizeOf = (record: WireRecord): number => Buffer.byteLength(JSON.stringify(record)) + 1;

/** Null: too much for one message. */
export function deltaOf(set: BoxSet, from: number, head: UpdateHead): Delta | null {
  if (set.put.length > recordsMax || set.drop.length > dropsMax) return null;
  const dropped = set.drop.reduce((sum, id) => sum + Buffer.byteLength(id) + 3, 0);
  if (set.put.reduce((sum, each) => sum + sizeOf(each), dropped) > recordsBytesMax) return null;
  const { rev: to, count, digest, put, drop } = set;
  const { epoch, at } = head;
  return { kind: 'delta', epoch, count, digest, at, from, to, put: [...put], drop: [...drop] };
}

export function snapshotOf(set: BoxSet, head: UpdateHead): readonly Snapshot[] {
  const parts = cut(set.put);
  const { rev: to, count, digest } = set;
  return parts.map((put, index) => ({
    kind: 'snapshot',
    ...head,
    count,
    digest,
    to,
    part: index + 1,
    parts: parts.length,
    put,
  }));
}

function cut(records: readonly WireRecord[]): readonly WireRecord[][] {
  let part: WireRecord[] = [];
  let bytes = 0;
  const parts = [part];
  for (const record of records) {
    const size = sizeOf(record);
    if (part.length >= recordsMax || (part.length > 0 && bytes + size > recordsBytesMax)) {
      part = [];
      bytes = 0;
      parts.push(part);
    }
    part.push(record);
    bytes += size;
  }
  return parts;
}
