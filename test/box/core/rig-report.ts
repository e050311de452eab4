import type { Effect } from '../../../src/box/core/effect.ts';
import type { Input } from '../../../src/box/core/input.ts';

/** One line of the trace: enough to see what led to a violation. */
export type Line = { readonly input: Input; readonly effects: readonly Effect[]; readonly note: string };

/** Thrown with a readable tail when a rule was broken. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

export function brief({ input, effects, note }: Line): string {
  const { at, ...body } = input;
  const shown = [`${at.mono} ${JSON.stringify(body, shorten)} ${note}`];
  for (const effect of effects) shown.push(`    → ${JSON.stringify(effect, shorten)}`);
  return shown.join('\n');
}

/** Fingerprints and wall times are long and tell little. */
const shorten = (name: string, value: unknown): unknown =>
  name === 'fingerprint' && typeof value === 'string' ? value.slice(0, 8) : value;
