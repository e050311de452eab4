/** The command line of `smartbox-relay` taken apart. */
import { parseArgs } from 'node:util';
import { suggestion } from '../../base/config/suggestion.ts';
import { type FlagName, flagTypes, UsageError, type Verb } from './verb.ts';

export interface Words {
  readonly places: readonly string[];
  readonly flags: ReadonlyMap<FlagName, readonly string[]>;
}

const names = Object.keys(flagTypes) as readonly FlagName[];
const isFlag = (name: string): name is FlagName => Object.hasOwn(flagTypes, name);

/** @throws UsageError */
export function readWords(args: readonly string[]): Words {
  const { tokens } = parseArgs({
    args: args.map(arg => (arg === '-h' ? '--help' : arg)),
    options: Object.fromEntries(names.map(name => [name, { type: flagTypes[name], multiple: true }])),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const flags = new Map<FlagName, string[]>();
  const places: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') places.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    if (!isFlag(name) || !rawName.startsWith('--'))
      throw new UsageError(
        `there is no flag ${rawName}${suggestion(name, names)}`,
        'smartbox-relay --help lists all.',
      );
    flags.set(name, [...(flags.get(name) ?? []), textOf(name, value)]);
  }
  return { places, flags };
}

function textOf(name: FlagName, value: string | undefined): string {
  if (flagTypes[name] === 'boolean') {
    if (value !== undefined) throw new UsageError(`--${name} takes no value`, `Write --${name} alone.`);
    return '';
  }
  if (value === undefined || value === '' || value.startsWith('--'))
    throw new UsageError(`--${name} needs a value`, `Such as --${name} VALUE.`);
  return value;
}

const everywhere: readonly FlagName[] = ['config', 'data', 'help', 'version'];

/** @throws UsageError naming what this verb does not take */
export function mustFit(words: Words, verb: Verb, name: string, places: number): void {
  for (const flag of words.flags.keys())
    if (!everywhere.includes(flag) && !verb.flags.includes(flag))
      throw new UsageError(`${name} takes no --${flag}`, `usage: smartbox-relay ${verb.usage}`);
  if (places < verb.places[0] || places > verb.places[1])
    throw new UsageError(
      places < verb.places[0] ? `${name} needs more` : `${name} was given too many words`,
      `usage: smartbox-relay ${verb.usage}`,
    );
}
