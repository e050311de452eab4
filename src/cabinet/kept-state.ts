/** Keys do not move because the power went: where they are, and whether the network cable is in, outlives the daemon. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';
import { parseForeign } from '../base/foreign-json.ts';
import { readAs } from '../wire/reading.ts';

const slot = v.pipe(v.number(), v.integer(), v.minValue(1));

const kept = v.object({
  /** Slot of each key by its name; null: in somebody's hand. */
  places: v.record(v.pipe(v.string(), v.maxLength(64)), v.nullable(slot)),
  /** Doors whose lock was powered since they were last shut. */
  released: v.array(slot),
  cable: v.object({ isIn: v.boolean(), cuts: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
});

export type Kept = v.InferOutput<typeof kept>;

const fresh: Kept = { places: {}, released: [], cable: { isIn: true, cuts: 0 } };

/** As it was when the daemon ended; as at the very beginning where the file is not there, or is none of ours. */
export function readKept(file: string): { readonly kept: Kept; readonly isFirst: boolean } {
  try {
    const read = readAs(kept, parseForeign(readFileSync(file, 'utf8')));
    if (read.success) return { kept: read.output, isFirst: false };
  } catch {
    // There is none yet, or somebody has written something else there.
  }
  return { kept: fresh, isFirst: true };
}

/** Never throws: a box does not end because its simulated keys cannot be noted, and the next change notes them all. */
export function writeKept(file: string, state: Kept): void {
  const aside = `${file}.new`;
  try {
    writeFileSync(aside, JSON.stringify(state));
    renameSync(aside, file);
  } catch {
    // The folder may be gone together with the whole simulation, or the disk full.
  }
}
