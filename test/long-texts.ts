/** Long texts of every shape that has cost somebody dear, and what reading them costs in processor time. */
import assert from 'node:assert/strict';

const repeated = (piece: string, length: number): string =>
  piece.repeat(Math.ceil(length / piece.length)).slice(0, length);

/** Texts of about `length` UTF-16 units. Where a check is quadratic, 300,000 of them take minutes. */
export const longTexts = (length: number): Readonly<Record<string, string>> => ({
  letters: `${repeated('a', length)}\n`,
  spaces: `x${repeated(' ', length)}x`,
  slashes: `${repeated('/', length)}x`,
  digits: `${repeated('1', length)}!`,
  ats: repeated('a@', length),
  dots: `${repeated('a.', length)}@`,
  marks: repeated('\u0301\u0323', length),
  colons: `${repeated('a:', length)}/`,
  surrogates: repeated('\ud83d', length),
  quotes: `"${repeated('""', length)}`,
  dashes: `a${repeated('-', length)}b`,
});

/** Further ones, for suites that have the time: characters beside the common ones, and the separators of each format. */
export const allLongTexts = (length: number): Readonly<Record<string, string>> => ({
  ...longTexts(length),
  nuls: `x${repeated('\0', length)}`,
  astral: repeated('\u{1f697}', length),
  joined: repeated('\u{1f468}\u200d\u{1f469}\u200d', length),
  zeros: `0${repeated('0', length)}1`,
  commas: repeated('a,', length),
  semicolons: repeated('a=b; ', length),
  lines: repeated('a\n', length),
  percents: repeated('%', length),
  brackets: repeated('[{', length),
  pluses: `+${repeated('+', length)}`,
});

/** JSON of about `length` characters that is much in another way: its depth, its names, its items, its numbers. */
export const longJson = (length: number): Readonly<Record<string, string>> => ({
  lists: `${'['.repeat(length / 2)}${']'.repeat(length / 2)}`,
  objects: `${'{"a":'.repeat(length / 6)}1${'}'.repeat(length / 6)}`,
  members: `{${Array.from({ length: length / 12 }, (_, n) => `"name-${n}":1`).join(',')}}`,
  items: `[${Array.from({ length: length / 4 }, () => '"x"').join(',')}]`,
  number: '7'.repeat(length),
  fraction: `0.${'7'.repeat(length)}e-300`,
});

/** As JSON, with `raw`, which is JSON too, in the place of each value in turn. */
export function* withRawReplaced(
  value: unknown,
  raw: string,
): Iterable<readonly [path: string, text: string]> {
  const mark = 'here-comes-the-raw-text';
  for (const [path, replaced] of withOneReplaced(value, mark))
    if (!path.endsWith('{name}')) yield [path, JSON.stringify(replaced).replace(`"${mark}"`, () => raw)];
}

/** Processor time of this process that `work` takes, milliseconds, with the garbage of others that falls into it. */
export async function cpuOf(work: () => unknown): Promise<number> {
  const from = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1_000;
}

/** The most that one long text may cost, milliseconds. */
export const mostMs = 100;

/** Asks up to five times where it seems too much: a collection of garbage may fall into one of them. */
export async function mustBeCheap(what: string, work: () => unknown): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round += 1) {
    least = Math.min(least, await cpuOf(work));
    if (least < mostMs) return least;
  }
  assert.fail(`${what}: ${least} ms of processor time`);
}

/** The value with one of its texts, numbers, flags or nulls replaced, once for each in it; and one more name at each object. */
export function* withOneReplaced(
  value: unknown,
  long: string,
  path = '',
): Iterable<readonly [path: string, value: unknown]> {
  if (Array.isArray(value)) {
    for (const [at, item] of value.entries())
      for (const [where, next] of withOneReplaced(item, long, `${path}.${at}`))
        yield [where, value.with(at, next)];
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value))
      for (const [where, next] of withOneReplaced(member, long, `${path}.${name}`))
        yield [where, { ...value, [name]: next }];
    yield [`${path}.{name}`, { ...value, [long]: true }];
  } else yield [path, long];
}

/** The longest turn of the event loop while `work` runs, milliseconds of wall time. */
export async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  let isOver = false;
  const look = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!isOver) setImmediate(look);
  };
  setImmediate(look);
  try {
    await work();
  } finally {
    isOver = true;
  }
  return Math.max(longest, performance.now() - last);
}

/**
 * How much longer a turn may be with long texts than with short ones on the same machine just now. What is quadratic at 300,000
 * characters is longer by thousands.
 */
export const mustKeepPace = (what: string, turn: number, rest: number): void =>
  assert.ok(
    turn < 20 * rest + 2 * mostMs,
    `${what}: the longest turn is ${turn} ms, with short texts ${rest} ms`,
  );
