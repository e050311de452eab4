import { millis } from './brand.ts';

/** rules.md 19: chance of one wrong guess a day among all codes that are usable at one time. */
const chanceADay = 0.001;
/** One try each 30 s, all day long (rules.md 18). */
const triesADay = 2_880;

export const codeDigits = { min: 4, max: 10, usual: 8 } as const;
/** A code is not made again on a box for this long after its use. */
export const codeRestMs = millis(90 * 86_400_000);

/** Length of a code on a box with `usable` codes at one time, one a slot: 8 digits for up to 34, at most 10. */
export function digitsNeeded(usable: number): number {
  let digits: number = codeDigits.usual;
  while (digits < codeDigits.max && (usable * triesADay) / 10 ** digits > chanceADay) digits += 1;
  return digits;
}

/** Repeats (`1111`, `121212`) and runs (`3456`, `9876`, `8901`), also of doubled digits (`1122`): what people choose and try first. */
export function isTrivial(code: string): boolean {
  return isRepeat(code) || isAnyRun(code) || isAnyRun(undoubled(code));
}

const isAnyRun = (code: string): boolean => isRun(code, 1) || isRun(code, 9);

/** Of digits that come in pairs one of each; else the code as it is. */
function undoubled(code: string): string {
  const pairs = code.match(/../g) ?? [];
  const isDoubled = code.length % 2 === 0 && pairs.every(pair => pair[0] === pair[1]);
  return isDoubled ? pairs.map(pair => pair[0]).join('') : code;
}

function isRepeat(code: string): boolean {
  for (let size = 1; size <= code.length / 2; size += 1) {
    if (code.length % size === 0 && code === code.slice(0, size).repeat(code.length / size)) return true;
  }
  return false;
}

const isRun = (code: string, step: number): boolean =>
  [...code].every((digit, at) => at === 0 || Number(digit) === (Number(code[at - 1]) + step) % 10);
