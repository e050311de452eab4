/**
 * Configurations that were found good, kept as plain data: reading YAML is a sixth of a cold start. They lie in the folder of
 * Node's compile cache, since whoever may write there decides anyway what this program does; without that folder nothing is
 * kept. A text that differs by a byte, another build or another Node is read and checked anew.
 */
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { BoxConfig } from './model.ts';

/** Files at most; two configurations that share one take turns. */
const filesMax = 16;

export interface Shelf {
  readonly folder: string;
  /** Changes with every build of this program. */
  readonly build: string;
}

interface Kept {
  readonly build: string;
  readonly path: string;
  readonly text: string;
  readonly config: BoxConfig;
}

/** Null where this process keeps no compiled code. */
export function compileShelf(): Shelf | null {
  const folder = process.getBuiltinModule('node:module').getCompileCacheDir();
  if (folder === undefined) return null;
  const { size, mtimeMs } = statSync(import.meta.filename);
  return { folder, build: `${size} ${mtimeMs}` };
}

/** FNV-1a: spreads paths over the files, proves nothing. */
function fileOf({ folder }: Shelf, path: string): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(path)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return join(folder, `box-config-${hash % filesMax}.json`);
}

/**
 * The configuration in `file`: as it was kept, or as `read` finds it, which is then kept.
 * @throws what `read` throws
 */
export async function readOnce(
  file: string,
  shelf: Shelf,
  read: () => Promise<BoxConfig>,
): Promise<BoxConfig> {
  const path = resolve(file);
  const before = bytesOf(path);
  const kept = before === null ? null : keptAs(path, before, shelf);
  if (kept !== null) return kept;
  const config = await read();
  // Only what has not changed while it was read.
  if (before !== null && bytesOf(path)?.equals(before) === true) keep(path, before, config, shelf);
  return config;
}

function bytesOf(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}

function keptAs(path: string, bytes: Buffer, shelf: Shelf): BoxConfig | null {
  try {
    const kept = JSON.parse(readFileSync(fileOf(shelf, path), 'utf8')) as Kept;
    const same = kept.build === shelf.build && kept.path === path && Buffer.from(kept.text).equals(bytes);
    return same ? kept.config : null;
  } catch {
    return null;
  }
}

/** Best effort: a folder that takes no file costs the next start its 25 ms. */
function keep(path: string, bytes: Buffer, config: BoxConfig, shelf: Shelf): void {
  const target = fileOf(shelf, path);
  const fresh = join(dirname(target), `box-config.${process.pid}.new`);
  const kept: Kept = { build: shelf.build, path, text: bytes.toString('utf8'), config };
  try {
    writeFileSync(fresh, JSON.stringify(kept), { mode: 0o600 });
    renameSync(fresh, target);
  } catch {}
}
