import type { Transaction } from 'kysely';
import type { Tables } from './tables.ts';

/** Boxes whose set a job has changed → the revision that it gave. Each job has a transaction object of its own. */
const touched = new WeakMap<object, Map<string, number>>();

export function touchedBoxes(tx: Transaction<Tables>): Map<string, number> {
  const known = touched.get(tx);
  if (known !== undefined) return known;
  const fresh = new Map<string, number>();
  touched.set(tx, fresh);
  return fresh;
}
