import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import { syncFolder } from '../../../base/secret-file.ts';
import type { Level, LineSpec } from '../../ports.ts';

/** An output and the level at which nothing is powered. */
export interface IdleLine extends LineSpec {
  readonly idle: Level;
}

/**
 * Tells `systemd/lib/make-safe` what to switch off when this process and its guard are gone together: a line `CHIP:LINE=LEVEL` for
 * each output, in `idle-lines` of the folder that systemd keeps for this service. Without one (`folder` undefined) nobody would read
 * it. Written only where it differs; a disk that refuses leaves the one of before.
 */
export function tellIdleLines(folder: string | undefined, lines: readonly IdleLine[], log: Log): void {
  if (folder === undefined || folder === '') return;
  const [first = ''] = folder.split(':');
  const file = join(first, 'idle-lines');
  const text = lines.map(({ chip, line, idle }) => `${chip}:${line}=${idle}\n`).join('');
  try {
    if (textIn(file) !== text) replace(file, text);
  } catch (error) {
    log.warn({ file, reason: reasonOf(error) }, 'systemd does not know the outputs of this configuration');
  }
}

function textIn(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function replace(file: string, text: string): void {
  const fd = openSync(`${file}.new`, 'w', 0o600);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(`${file}.new`, file);
  syncFolder(join(file, '..'));
}
