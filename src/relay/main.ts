/** `smartbox-relay [VERB] [--config relay.yaml] [--data DIR]` (contracts.md §4). */
import { existsSync as isThere } from 'node:fs';
import { ConfigProblems, problemLines } from '../base/config/problem.ts';
import { Fault, reasonOf } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { programVersion } from '../base/version.ts';
import { readRelayConfig } from './config/config.ts';
import type { RelayConfig } from './config/model.ts';
import { relayLog } from './log.ts';
import { exits, type FlagName, type Task, UsageError } from './verbs/verb.ts';
import { help, pickVerb } from './verbs/verbs.ts';
import { mustFit, readWords, type Words } from './verbs/words.ts';

/** SIGTERM ends the relay within this, whatever hangs. */
const stopMaxMs = 4_500;

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const print = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(args: readonly string[]): Promise<number | null> {
  try {
    return await run(readWords(args));
  } catch (error) {
    return tell(error);
  }
}

/** A fault is for whoever must act; anything else is a bug. */
function tell(error: unknown): number {
  if (error instanceof ConfigProblems) {
    say(problemLines(error).join('\n'));
    return exits.usage;
  }
  if (!(error instanceof Fault)) throw error;
  say(`smartbox-relay: ${error.message} (${error.code})\nhint: ${error.hint}`);
  return error instanceof UsageError ? exits.usage : exits.failed;
}

async function run(words: Words): Promise<number | null> {
  if (words.flags.has('version')) print(programVersion);
  else if (words.flags.has('help')) process.stdout.write(help());
  else if (words.places.length === 0) return await start(words);
  else return await runVerb(words);
  return exits.done;
}

async function runVerb(words: Words): Promise<number> {
  const { name, verb, places } = pickVerb(words.places);
  mustFit(words, verb, name, places.length);
  const values = (flag: FlagName): readonly string[] => words.flags.get(flag) ?? [];
  const { config, configFile } = configOf(words, name === 'setup');
  const task: Task = {
    ...{ places, values, config, configFile, print, say },
    given: flag => words.flags.has(flag),
    // What a verb has to say, it says itself.
    log: relayLog('error'),
  };
  return await verb.run(task);
}

/** `mayMiss`: a file that is named but not there yet is as good as none. */
function configOf(
  words: Words,
  mayMiss: boolean,
): { readonly config: RelayConfig; readonly configFile: string | null } {
  const [configFile = null, ...more] = words.flags.get('config') ?? [];
  const [data = null, ...others] = words.flags.get('data') ?? [];
  if (more.length + others.length > 0)
    throw new UsageError('--config and --data are given once', 'Give one of each.');
  const file = mayMiss && configFile !== null && !isThere(configFile) ? null : configFile;
  return { config: readRelayConfig(file, data, process.cwd()), configFile };
}

async function start(words: Words): Promise<null> {
  const { config } = configOf(words, false);
  for (const flag of words.flags.keys())
    if (flag !== 'config' && flag !== 'data')
      throw new UsageError(`the relay takes no --${flag}`, 'smartbox-relay --help lists what there is.');
  const log = relayLog(config.log);
  dieOfBugs(log);
  const { runRelay } = await import('./compose.ts');
  const starting = runRelay(config, log);
  endOnSignals(starting, log);
  const relay = await starting;
  const lines = [`smartbox-relay: ${relay.httpUrl} (boxes: ${relay.brokerUrl})`];
  if (relay.firstLink !== null)
    lines.push(`first administrator, works once: ${relay.httpUrl}/admin/first/${relay.firstLink}`);
  print(lines.join('\n'));
  return null;
}

function dieOfBugs(log: Log): void {
  const die = (error: unknown): void => {
    const stack = error instanceof Error ? error.stack : undefined;
    log.error({ reason: reasonOf(error), stack }, 'bug');
    process.exit(exits.failed);
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
}

/** Heard from the first instant on: a signal during the start ends the relay as soon as it stands. */
function endOnSignals(starting: Promise<{ stop(): Promise<void> }>, log: Log): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      log.info({ signal }, 'ending');
      setTimeout(() => process.exit(exits.done), stopMaxMs).unref();
      starting.then(
        relay => relay.stop().then(() => process.exit(exits.done)),
        () => {},
      );
    });
}

const code = await main(process.argv.slice(2));
if (code !== null) process.exitCode = code;
