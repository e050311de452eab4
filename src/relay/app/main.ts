/** `smartbox-relay [VERB] [--config relay.yaml] [--data DIR]` (contracts.md §4). */

import { existsSync as isThere } from 'node:fs';
import { exits, UsageError } from '../../base/command-line/usage.ts';
import { firstValue, mustFit, readWords, type Words as WordsOf } from '../../base/command-line/words.ts';
import { ConfigProblems, problemLines } from '../../base/config/problem.ts';
import { Fault, fileFault, reasonOf } from '../../base/fault.ts';
import { jsonLog } from '../../base/json-log.ts';
import type { Log } from '../../base/log.ts';
import { openService, type Service } from '../../base/service.ts';
import { programVersion } from '../../base/version.ts';
import { readRelayConfig } from '../config/config.ts';
import type { RelayConfig } from '../config/model.ts';
import { commandLine, type FlagName, type Task } from './verbs/verb.ts';
import { helpFor, pickVerb } from './verbs/verbs.ts';

type Words = WordsOf<FlagName>;

/** SIGTERM ends the relay within this, whatever hangs. */
const stopMaxMs = 4_500;

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const print = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(args: readonly string[]): Promise<number | null> {
  try {
    return await run(readWords(commandLine, args));
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
  const fault = error instanceof Fault ? error : fileFault(error);
  if (fault === null) throw error;
  say(`smartbox-relay: ${fault.message} (${fault.code})\nhint: ${fault.hint}`);
  return error instanceof UsageError ? exits.usage : exits.refused;
}

async function run(words: Words): Promise<number | null> {
  if (words.flags.has('version')) print(programVersion);
  else if (words.flags.has('help')) process.stdout.write(helpFor(words.positionals));
  else if (words.positionals[0] === 'help') process.stdout.write(helpFor(words.positionals.slice(1)));
  else if (words.positionals.length === 0) return await start(words);
  else return await runVerb(words);
  return exits.done;
}

async function runVerb(words: Words): Promise<number> {
  const { name, verb, positionals } = pickVerb(words.positionals);
  mustFit(commandLine, words, verb, { label: name, positionals });
  const { config, configFile } = configOf(words, name === 'setup');
  const task: Task = {
    ...{ positionals, config, configFile, print, say },
    text: flag => firstValue(words, flag),
    values: flag => words.flags.get(flag) ?? [],
    given: flag => words.flags.has(flag),
    // What a verb has to say, it says itself.
    log: jsonLog('error'),
  };
  return await verb.run(task);
}

/** `mayMiss`: a file that is named but not there yet is as good as none. */
function configOf(
  words: Words,
  mayMiss: boolean,
): { readonly config: RelayConfig; readonly configFile: string | null } {
  const configFile = firstValue(words, 'config');
  const data = firstValue(words, 'data');
  const file = mayMiss && configFile !== null && !isThere(configFile) ? null : configFile;
  return { config: readRelayConfig(file, data, process.cwd()), configFile };
}

async function start(words: Words): Promise<null> {
  for (const [flag, values] of words.flags)
    if (!commandLine.everywhere.includes(flag))
      throw new UsageError(`the relay takes no --${flag}`, 'smartbox-relay --help lists what there is.');
    else if (values.length > 1) throw new UsageError(`--${flag} is given twice`, 'Give it once.');
  const { config } = configOf(words, false);
  const log = jsonLog(config.log);
  dieOfBugs(log);
  const service = openService(process.env);
  const { runRelay } = await import('./compose.ts');
  const starting = runRelay(config, log);
  endOnSignals(starting, service, log);
  reloadOnSignal(starting, log);
  const relay = await starting;
  service.ready(`${relay.httpUrl} (boxes: ${relay.brokerUrl})`);
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
    process.exit(exits.refused);
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
}

/** Heard from the first instant on: a signal during the start ends the relay as soon as it stands. */
function endOnSignals(starting: Promise<{ stop(): Promise<void> }>, service: Service, log: Log): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      log.info({ signal }, 'ending');
      service.stopping();
      setTimeout(() => process.exit(exits.done), stopMaxMs).unref();
      starting.then(
        relay => relay.stop().then(() => process.exit(exits.done)),
        () => {},
      );
    });
}

/** As daemons do that have certificates: nothing ends, no connection is cut. */
function reloadOnSignal(starting: Promise<{ reload(): Promise<void> }>, log: Log): void {
  process.on('SIGHUP', () => {
    log.info({ signal: 'SIGHUP' }, 'the certificates are read again');
    starting.then(
      relay => relay.reload(),
      () => {},
    );
  });
}

const code = await main(process.argv.slice(2));
if (code !== null) process.exitCode = code;
