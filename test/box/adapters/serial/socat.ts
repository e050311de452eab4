import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { until } from '../../../../scripts/rig/until.ts';

/** Why tests on real ttys cannot run here; false when they can. For `{ skip }`, so that a report shows it. */
export const noSocat: string | false =
  spawnSync('socat', ['-V']).error === undefined ? false : 'socat (Debian package) is not installed';

/** What a device has heard is kept up to here. */
const heardMax = 1_048_576;

export interface Device {
  write(bytes: string | Uint8Array): void;
  /** Everything sent to it, its newest MiB. */
  heard(): string;
  /** It stops taking bytes, as a display without power does. */
  deafen(): void;
  listen(): void;
  unplug(): Promise<void>;
}

export function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'smartbox-serial-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A real tty linked at `path`, and the device behind it. */
export async function plug(t: TestContext, path: string): Promise<Device> {
  const socat = spawn('socat', ['-b', '4096', '-', `pty,raw,echo=0,link=${path}`], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let heard = '';
  const ended = new Promise<void>(resolve => socat.once('exit', () => resolve()));
  socat.stdin.on('error', () => {});
  socat.stdout.setEncoding('latin1').on('data', (text: string) => {
    heard = (heard + text).slice(-heardMax);
  });
  const unplug = async (): Promise<void> => {
    socat.kill('SIGKILL');
    await ended;
    rmSync(path, { force: true });
  };
  t.after(unplug);
  await until(`tty ${path}`, () => existsSync(path));
  return {
    write: bytes => void socat.stdin.write(bytes),
    heard: () => heard,
    deafen: () => void socat.stdout.pause(),
    listen: () => void socat.stdout.resume(),
    unplug,
  };
}
