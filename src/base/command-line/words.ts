/** A command line taken apart: which flags there are, and which of them a verb takes. */
import { parseArgs } from 'node:util';
import { didYouMean, UsageError } from './usage.ts';

/** A program and its flags; one name means one kind of thing in every verb, so a flag may stand before its verb. */
export interface CommandLine<Flag extends string> {
  readonly program: string;
  readonly flags: Readonly<Record<Flag, 'string' | 'boolean'>>;
  /** Flags that every verb takes. */
  readonly everywhere: readonly Flag[];
}

/** A verb takes these words and flags. */
export interface Form<Flag extends string> {
  /** As in the help, without the program. */
  readonly usage: string;
  readonly flags: readonly Flag[];
  /** Which of them may be given more than once. */
  readonly repeats?: readonly Flag[];
  /** Words after the verb: at least, at most. */
  readonly positionals: readonly [least: number, most: number];
}

/** Whether its verb allows the flags is not looked at yet. */
export interface Words<Flag extends string> {
  readonly positionals: readonly string[];
  /** Every value of each flag that was given; of one that takes none, an empty text. */
  readonly flags: ReadonlyMap<Flag, readonly string[]>;
}

/** The first value of a flag; null where it was not given, and where it takes none. */
export const firstValue = <Flag extends string>({ flags }: Words<Flag>, flag: Flag): string | null =>
  flags.get(flag)?.[0] || null;

/** @throws UsageError where a flag is unknown, lacks its value or has one too many */
export function readWords<Flag extends string>(
  line: CommandLine<Flag>,
  args: readonly string[],
): Words<Flag> {
  const kinds: readonly [string, 'string' | 'boolean'][] = Object.entries(line.flags);
  const { tokens } = parseArgs({
    args: args.map(arg => (arg === '-h' ? '--help' : arg)),
    options: Object.fromEntries(kinds.map(([name, type]) => [name, { type, multiple: true }])),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const flags = new Map<Flag, readonly string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    else if (token.kind === 'option') {
      const [name, value] = flagOf(line, token);
      flags.set(name, [...(flags.get(name) ?? []), value]);
    }
  }
  return { positionals, flags };
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function flagOf<Flag extends string>(
  { program, flags }: CommandLine<Flag>,
  { name, rawName, value, inlineValue }: OptionToken,
): readonly [Flag, string] {
  const isFlag = (text: string): text is Flag => Object.hasOwn(flags, text);
  if (!isFlag(name) || !rawName.startsWith('--')) {
    const hint = didYouMean(name, Object.keys(flags)).replace('mean ', 'mean --');
    throw new UsageError(`there is no flag ${rawName}`, hint || `${program} --help lists all verbs.`);
  }
  if (flags[name] === 'boolean') {
    if (value === undefined) return [name, ''];
    throw new UsageError(`${rawName} takes no value`, `Write ${rawName} alone.`);
  }
  // `--why --json`: the reason was forgotten, not meant to be “--json”.
  if (value !== undefined && value !== '' && (inlineValue === true || !value.startsWith('--')))
    return [name, value];
  const hint = `Such as ${rawName} VALUE; ${program} VERB --help says what.`;
  throw new UsageError(`${rawName} needs a value`, hint);
}

/**
 * `label` names the verb, `positionals` are the words after it.
 * @throws UsageError naming what this verb does not take, takes once, or misses
 */
export function mustFit<Flag extends string>(
  { program, everywhere }: CommandLine<Flag>,
  words: Words<Flag>,
  form: Form<Flag>,
  { label, positionals }: { readonly label: string; readonly positionals: readonly string[] },
): void {
  const {
    usage,
    flags,
    repeats = [],
    positionals: [least, most],
  } = form;
  for (const [name, values] of words.flags)
    if (values.length > 1 && !repeats.includes(name))
      throw new UsageError(`--${name} is given twice`, 'Give it once.');
  for (const name of words.flags.keys())
    if (!everywhere.includes(name) && !flags.includes(name))
      throw new UsageError(`${label} takes no --${name}`, `${program} ${label} --help says what it takes.`);
  const howTo = `usage: ${program} ${usage}`;
  // As of a variable of the shell that is not set.
  if (positionals.includes('')) throw new UsageError(`${label} was given an empty word`, howTo);
  const { length } = positionals;
  if (length < least) throw new UsageError(`${label} needs more`, howTo);
  if (length > most)
    throw new UsageError(
      `${label} was given too many words: it does not know what ${positionals.at(-1)} means`,
      howTo,
    );
}
