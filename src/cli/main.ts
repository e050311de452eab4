/** `smartbox VERB …` (contracts.md §3). Verbs are loaded when they are asked for: the command starts in no time. */
import { userInfo } from 'node:os';
import { didYouMean, exits, UsageError } from '../base/command-line/usage.ts';
import { firstValue, mustFit, readWords, type Words as WordsOf } from '../base/command-line/words.ts';
import { codeOf, Fault, fileFault, reasonOf } from '../base/fault.ts';
import { lineProblem, withoutMarks } from '../base/plain-line.ts';
import { programVersion } from '../base/version.ts';
import { defaultSocket, whoMax, whyMax } from '../wire/control.ts';
import type { Action, Task, Verb } from './action.ts';
import { askDaemon } from './client.ts';
import { commandLine, type FlagName } from './flags.ts';
import { actionHelp, overview, verbHelp } from './help.ts';
import { Output } from './output.ts';
import { verbs } from './verbs.ts';

type Words = WordsOf<FlagName>;

/** A closed pipe (`smartbox events export | head`) is nobody's mistake. */
process.stdout.on('error', error => process.exit(codeOf(error) === 'EPIPE' ? exits.done : exits.refused));

async function main(args: readonly string[]): Promise<number> {
  const out = new Output(args.includes('--json'));
  try {
    return await run(readWords(commandLine, args), out);
  } catch (error) {
    const fault =
      error instanceof Fault ? error : (fileFault(error) ?? new Fault('failed', reasonOf(error), '', error));
    out.failure(fault);
    return fault instanceof UsageError ? exits.usage : exits.refused;
  }
}

async function run(words: Words, out: Output): Promise<number> {
  const [name, ...rest] = words.positionals;
  const help = words.flags.has('help');
  if (words.flags.has('version')) return print(out, programVersion);
  if (name === undefined || name === 'help') {
    if (help || name === 'help') return print(out, await overview());
    throw new UsageError('say what to do', 'smartbox --help lists all verbs.');
  }
  const verb = await load(name);
  const [sub, action, positionals] = pick(verb, name, rest);
  const label = sub === '' ? name : `${name} ${sub}`;
  if (help) return print(out, action === null ? verbHelp(verb) : actionHelp(action));
  if (action === null) throw unknownSub(verb, name, rest[0]);
  mustFit(commandLine, words, action, { label, positionals });
  return action.run(taskOf(words, action, { label, positionals, out }));
}

function print(out: Output, text: string): number {
  out.raw(`${text}\n`);
  return exits.done;
}

async function load(name: string): Promise<Verb> {
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (verb !== undefined) return verb();
  const near = didYouMean(name, Object.keys(verbs));
  throw new UsageError(`there is no verb ${name}`, near || 'smartbox --help lists all verbs.');
}

/** The action that the words name; null where a verb with sub-verbs got none that it has. */
function pick(verb: Verb, name: string, rest: readonly string[]): [string, Action | null, readonly string[]] {
  const [sub = '', ...positionals] = rest;
  const named = sub !== '' && Object.hasOwn(verb.actions, sub) ? verb.actions[sub] : undefined;
  if (named !== undefined) return [sub, named, positionals];
  const bare = verb.actions[''];
  return bare === undefined ? [name, null, rest] : ['', bare, rest];
}

function unknownSub(verb: Verb, name: string, sub: string | undefined): UsageError {
  const subs = Object.keys(verb.actions);
  const list = `${name} knows: ${subs.join(', ')}.`;
  if (sub === undefined) return new UsageError(`${name} needs to know what`, list);
  return new UsageError(`${name} does not know ${sub}`, didYouMean(sub, subs) || list);
}

function taskOf(
  words: Words,
  action: Action,
  {
    label,
    positionals,
    out,
  }: { readonly label: string; readonly positionals: readonly string[]; readonly out: Output },
): Task {
  const text: Task['text'] = flag => firstValue(words, flag);
  const socket = text('socket') ?? (process.env.SMARTBOX_SOCKET || defaultSocket);
  const who = short(text('who') ?? whoByDefault(), whoMax, '--who');
  const given = text('why');
  if (given === null && action.needsWhy === true) {
    throw new UsageError(`${label} needs a reason`, 'Add --why TEXT: it is kept with the event.');
  }
  const why = given === null ? null : short(given, whyMax, '--why');
  return {
    positionals,
    text,
    texts: flag => words.flags.get(flag) ?? [],
    given: flag => words.flags.has(flag),
    json: words.flags.has('json'),
    out,
    socket,
    who,
    why,
    ask: (op, asking) => askDaemon(socket, { op, who, why }, asking),
  };
}

/** Recorded as claimed (contracts.md §3): sudo says who called it, else the shell does. */
function whoByDefault(): string {
  return process.env.SUDO_USER || process.env.USER || userName();
}

/** A user without an entry in the password file has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? '?'}`;
  }
}

/** @throws UsageError */
function short(text: string, max: number, what: string): string {
  const trimmed = text.trim();
  if (trimmed === '') throw new UsageError(`${what} is empty`, `Give ${what} some text.`);
  if (trimmed.length > max)
    throw new UsageError(`${what} is longer than ${max} characters`, 'Make it shorter.');
  const problem = lineProblem(trimmed);
  if (problem !== null) throw new UsageError(`${what} ${problem}`, 'Write plain text.');
  return withoutMarks(trimmed);
}

process.exitCode = await main(process.argv.slice(2));
