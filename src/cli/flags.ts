import { parseArgs } from 'node:util';
import { didYouMean, UsageError } from './exit.ts';

/** Every flag of every verb: one name means one kind of thing, so a flag may stand before its verb. */
const flagTypes = {
  claim: 'string',
  config: 'string',
  driver: 'string',
  empty: 'boolean',
  end: 'string',
  for: 'string',
  format: 'string',
  help: 'boolean',
  json: 'boolean',
  key: 'string',
  last: 'string',
  phone: 'string',
  plain: 'boolean',
  relay: 'string',
  since: 'string',
  slot: 'string',
  socket: 'string',
  speed: 'string',
  start: 'string',
  tag: 'string',
  until: 'string',
  version: 'boolean',
  wait: 'string',
  who: 'string',
  why: 'string',
} as const;

export type FlagName = keyof typeof flagTypes;
/** Flags that every verb takes. */
const everywhere: readonly FlagName[] = ['socket', 'json', 'help', 'version', 'who'];

/** A command line taken apart; which flags its verb allows is not looked at yet. */
export interface Words {
  readonly places: readonly string[];
  readonly flags: ReadonlyMap<FlagName, string | true>;
}

const names = Object.keys(flagTypes) as readonly FlagName[];
const isFlag = (name: string): name is FlagName => Object.hasOwn(flagTypes, name);

/** @throws UsageError */
export function readWords(args: readonly string[]): Words {
  const options = Object.fromEntries(names.map(name => [name, { type: flagTypes[name] }]));
  const { tokens } = parseArgs({
    args: args.map(arg => (arg === '-h' ? '--help' : arg)),
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const flags = new Map<FlagName, string | true>();
  const places: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') places.push(token.value);
    else if (token.kind === 'option') addFlag(flags, token);
  }
  return { places, flags };
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function addFlag(
  flags: Map<FlagName, string | true>,
  { name, rawName, value, inlineValue }: OptionToken,
): void {
  if (!isFlag(name) || !rawName.startsWith('--')) {
    const hint = didYouMean(name, names).replace('mean ', 'mean --');
    throw new UsageError(`there is no flag ${rawName}`, hint || 'smartbox --help lists all verbs.');
  }
  if (flags.has(name)) throw new UsageError(`${rawName} is given twice`, 'Give it once.');
  const wantsValue = flagTypes[name] === 'string';
  // `--why --json`: the reason was forgotten, not meant to be “--json”.
  const none = value === undefined || value === '' || (inlineValue !== true && value.startsWith('--'));
  if (wantsValue && none) {
    throw new UsageError(
      `${rawName} needs a value`,
      `Such as ${rawName} VALUE; smartbox VERB --help says what.`,
    );
  }
  if (!wantsValue && value !== undefined)
    throw new UsageError(`${rawName} takes no value`, `Write ${rawName} alone.`);
  flags.set(name, value ?? true);
}

/** @throws UsageError naming a flag that this verb does not take */
export function allowOnly(words: Words, allowed: readonly FlagName[], verb: string): void {
  for (const name of words.flags.keys()) {
    if (everywhere.includes(name) || allowed.includes(name)) continue;
    throw new UsageError(`${verb} takes no --${name}`, `smartbox ${verb} --help says what it takes.`);
  }
}
