/** `smartboxd --config box.yaml [--check]` (contracts.md §2). */
import { codeOf, Fault, reasonOf } from '../base/fault.ts';
import { protocolNames } from './adapters/serial/protocols.ts';
import { DaemonLog } from './adapters/system/log.ts';
import { runBox } from './compose.ts';
import { type BoxConfig, ConfigProblems, problemLines, readConfig } from './config.ts';

const exits = { done: 0, failed: 1, usage: 2 } as const;

const usage = `usage: smartboxd --config FILE [--check]
  --config FILE   the box's configuration, YAML
  --check         read it, say everything that is wrong with it, and end
  --version       say which version this is
`;

interface Asked {
  readonly config: string;
  readonly check: boolean;
}

function asked(args: readonly string[]): Asked | string {
  let config: string | null = null;
  let check = false;
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at];
    if (arg === '--check') check = true;
    else if (arg === '--config') {
      at += 1;
      config = args[at] ?? null;
      if (config === null) return '--config needs a file';
    } else if (arg?.startsWith('--config=')) config = arg.slice('--config='.length);
    else return `I do not know ${arg}`;
  }
  return config === null || config === '' ? 'no --config' : { config, check };
}

const say = (text: string): void => void process.stderr.write(text);

function read(file: string): BoxConfig | null {
  try {
    return readConfig(file, protocolNames);
  } catch (error) {
    if (!(error instanceof ConfigProblems)) throw error;
    say(`${problemLines(error).join('\n')}\n`);
    return null;
  }
}

async function main(args: readonly string[]): Promise<number | null> {
  if (args.includes('--help')) {
    process.stdout.write(usage);
    return exits.done;
  }
  const wanted = asked(args);
  if (typeof wanted === 'string') {
    say(`smartboxd: ${wanted}\n${usage}`);
    return exits.usage;
  }
  const config = read(wanted.config);
  if (config === null) return exits.usage;
  if (wanted.check) {
    process.stdout.write(`${wanted.config}: good\n`);
    return exits.done;
  }
  await start(config, wanted.config);
  return null;
}

/** A bug ends the process; the guard process and the kernel put the outputs to rest. */
async function start(config: BoxConfig, file: string): Promise<void> {
  const log = new DaemonLog();
  const end = (code: number): void => {
    log.flush();
    process.exit(code);
  };
  const die = (error: unknown): void => {
    log.error({ reason: reasonOf(error), stack: error instanceof Error ? error.stack : undefined }, 'bug');
    end(exits.failed);
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
  try {
    const box = await runBox(config, file, log);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => void box.stop(signal).then(() => end(exits.done), die));
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    log.flush();
    say(`smartboxd: ${error.message} (${codeOf(error)})\nhint: ${error.hint}\n`);
    process.exit(exits.failed);
  }
}

const code = await main(process.argv.slice(2));
if (code !== null) process.exitCode = code;
