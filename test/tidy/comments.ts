import type { Sources } from './sources.ts';

/** A doc comment that begins with a relative clause: it is no sentence, and its subject is only in the code that it stands above. */
const headless = /\/\*\*\s+(?:\* )?What /g;

/** Files with more of them than are known, or with fewer: then the list is to be shortened. */
export function headlessComments(
  sources: Sources,
  known: Readonly<Record<string, number>> = {},
): readonly string[] {
  const complaints: string[] = [];
  for (const path of new Set([...sources.keys(), ...Object.keys(known)])) {
    const found = [...(sources.get(path) ?? '').matchAll(headless)].length;
    const most = known[path] ?? 0;
    if (found > most) complaints.push(`${path}: ${found} comments begin with “What ”: make each a sentence`);
    if (found < most)
      complaints.push(`${path}: only ${found} comments begin with “What ”: say so in the list`);
  }
  return complaints;
}
