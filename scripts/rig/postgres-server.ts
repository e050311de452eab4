/** A PostgreSQL of the test's own: a real one, on a socket in a temporary folder, gone when the test ends. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { memoryFolder } from './memory-folder.ts';

const run = promisify(execFile);
const user = 'postgres';
const readyWithinMs = 30_000;

/** Debian keeps each version's programs in a folder of its own. */
function programs(): string | null {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return null;
  const newest = readdirSync(root).sort((a, b) => Number(b) - Number(a))[0];
  return newest === undefined ? null : join(root, newest, 'bin');
}

/** Why there is none; false where there is one. For the `skip` of a test. */
export const noPostgres: string | false =
  programs() === null ? 'PostgreSQL is not installed (apt-get install postgresql)' : false;

const isRoot = process.getuid?.() === 0;

/** PostgreSQL does not run as root. */
const asUser = (program: string, args: readonly string[]): readonly [string, readonly string[]] =>
  isRoot ? ['runuser', ['-u', user, '--', program, ...args]] : [program, args];

export interface Postgres {
  /** Gives the address of a new database: an empty one, or a copy of another that nobody has open. */
  database(like?: string): Promise<string>;
  /** As if the machine lost power, for the server. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * The folder of a server that was never started, made once and copied since: to make it takes more than a second.
 *
 * @returns its path
 */
async function newCluster(bin: string): Promise<string> {
  const version = basename(dirname(bin));
  const kept = join(import.meta.dirname, `../../node_modules/.cache/postgresql-${version}`);
  if (existsSync(kept)) return kept;
  const folder = ownFolder('smartbox-initdb-', await userId());
  const [initdb, args] = asUser(join(bin, 'initdb'), [
    ...['-D', join(folder, 'data'), '-U', user, '--auth', 'trust', '--wal-segsize', '1'],
    ...['-E', 'UTF8', '--locale', 'C', '--no-sync'],
  ]);
  await run(initdb, [...args], { cwd: folder });
  const own = `${kept}.${process.pid}`;
  mkdirSync(dirname(kept), { recursive: true });
  await copyTree(join(folder, 'data'), own);
  rmSync(folder, { recursive: true });
  try {
    renameSync(own, kept);
  } catch {
    // Another test was faster, and its copy is as good.
    rmSync(own, { recursive: true });
  }
  return kept;
}

/** With owners and modes, which the server insists on. */
const copyTree = async (from: string, to: string): Promise<void> => void (await run('cp', ['-a', from, to]));

/** Of whom the server runs as; null: of whoever runs this. */
async function userId(): Promise<number | null> {
  if (!isRoot) return null;
  const { stdout } = await run('id', ['-u', user]);
  return Number(stdout);
}

function ownFolder(prefix: string, owner: number | null): string {
  const folder = mkdtempSync(join(memoryFolder(), prefix));
  if (owner !== null) chownSync(folder, owner, -1);
  return folder;
}

/** @throws Error with what the server said when it does not come up */
export async function startPostgres(): Promise<Postgres> {
  const bin = programs() ?? '';
  const folder = ownFolder('smartbox-pg-', await userId());
  await copyTree(await newCluster(bin), join(folder, 'data'));
  const server = new Server(bin, folder);
  await server.start();
  return server;
}

class Server implements Postgres {
  readonly #bin: string;
  readonly #folder: string;
  #process: ChildProcess | null = null;
  #databases = 0;

  constructor(bin: string, folder: string) {
    this.#bin = bin;
    this.#folder = folder;
  }

  async start(): Promise<void> {
    const [program, args] = asUser(join(this.#bin, 'postgres'), [
      ...['-D', join(this.#folder, 'data'), '-k', this.#folder, '-c', 'listen_addresses='],
      ...['-c', 'max_connections=60', '-c', 'shared_buffers=32MB'],
    ]);
    const server = spawn(program, [...args], { cwd: this.#folder, stdio: ['ignore', 'ignore', 'pipe'] });
    this.#process = server;
    let said = '';
    server.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4_000);
    });
    const until = performance.now() + readyWithinMs;
    while (!(await this.#answers())) {
      if (performance.now() > until || server.exitCode !== null) throw new Error(`no PostgreSQL: ${said}`);
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }

  async #answers(): Promise<boolean> {
    const client = new pg.Client({ connectionString: this.#url('postgres') });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.end();
      return true;
    } catch {
      return false;
    }
  }

  #url(database: string): string {
    return `postgres://${user}@/${database}?host=${encodeURIComponent(this.#folder)}`;
  }

  async database(like?: string): Promise<string> {
    this.#databases += 1;
    const name = `relay_${this.#databases}`;
    const client = new pg.Client({ connectionString: this.#url('postgres') });
    await client.connect();
    const [, model = 'template1'] = /\/(\w+)\?/.exec(like ?? '') ?? [];
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${model}`);
    await client.end();
    return this.#url(name);
  }

  async kill(): Promise<void> {
    const server = this.#process;
    this.#process = null;
    if (server === null || server.exitCode !== null) return;
    const gone = new Promise(resolve => server.once('exit', resolve));
    const data = join(this.#folder, 'data');
    const [pgCtl, args] = asUser(join(this.#bin, 'pg_ctl'), ['-D', data, 'stop', '-m', 'immediate']);
    await run(pgCtl, [...args], { cwd: this.#folder });
    await gone;
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
