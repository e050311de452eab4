/** What leaves the virtual machine about its box, each with the instruction that says it: what drivers see, and what the box has told. */
import type { Sight } from '../../../torture/diary.ts';

/** An event that the box has shown to somebody: it stands for good. */
export interface Shown {
  readonly what: 'event';
  readonly seq: number;
  /** The first digits of its hash. */
  readonly hash: string;
}

export type Told = Sight | Shown;

const hashDigits = 12;

/** Short, since every byte is an instruction of its own. */
const letters = {
  typed: 't',
  powered: 'p',
  off: 'x',
  opened: 'o',
  shut: 's',
  out: 'k',
  in: 'i',
} as const satisfies Record<Sight['what'], string>;

const whats = new Map(
  Object.entries(letters).map(([what, letter]) => [letter, what as Sight['what']] as const),
);

/** One line, with its end. */
export function lineOf(told: Told): string {
  if (told.what === 'event') return `e ${told.seq} ${told.hash.slice(0, hashDigits)}\n`;
  const { what, slot, at, booking = '' } = told;
  return `${letters[what]} ${slot} ${at} ${booking}\n`;
}

/** @throws Error for a line that `lineOf` does not write */
export function toldOf(line: string): Told {
  const [letter = '', first = '', second = '', booking = ''] = line.split(' ');
  if (letter === 'e') return { what: 'event', seq: Number(first), hash: second };
  const what = [...whats].find(([each]) => each === letter)?.[1];
  if (what === undefined) throw new Error(`the diary says ${JSON.stringify(line)}`);
  return { what, slot: Number(first), at: Number(second), ...(booking === '' ? {} : { booking }) };
}
