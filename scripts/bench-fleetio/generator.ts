/** Starts the load generator, and asks the database whether all that it was promised is there. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { node } from '../rig/program.ts';

export interface Plan {
  /** Ids of the events begin so. */
  readonly name: string;
  readonly port: number;
  /** The webhook's shared key; made up by the sandbox. */
  readonly key: string;
  readonly connections: number;
  readonly count: number;
  /** Null: as fast as answers come. */
  readonly perSecond: number | null;
  /** Id of the first assignment that they are about. */
  readonly firstSubject: number;
}

export interface Outcome {
  /** Numbers of those that were answered 200. */
  readonly stored: readonly number[];
  /** From the instant that each was due, or, as fast as answers come, was sent. */
  readonly tookMs: readonly number[];
  readonly refused: number;
  readonly seconds: number;
  readonly cpuMs: number;
}

const outputMax = 64 * 1_048_576;

export function posts(plan: Plan): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const script = join(import.meta.dirname, 'posts.ts');
    const child = execFile(node, [script], { maxBuffer: outputMax }, (error, stdout) => {
      if (error === null) resolve(JSON.parse(stdout) as Outcome);
      else reject(error);
    });
    child.stdin?.end(JSON.stringify(plan));
  });
}

/** Ids of its events that have a row. */
export function storedOf(file: string, { name }: Plan): ReadonlySet<string> {
  const db = new Database(file, { readonly: true });
  try {
    const ids = db.prepare<[string], string>('SELECT id FROM webhook_event WHERE id LIKE ?').pluck();
    return new Set(ids.all(`${name}-%`));
  } finally {
    db.close();
  }
}

/** How many were answered 200 and have no row. */
export function lost(file: string, plan: Plan, { stored }: Outcome): number {
  const there = storedOf(file, plan);
  return stored.filter(number => !there.has(`${plan.name}-${number}`)).length;
}
