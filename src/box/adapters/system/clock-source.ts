import { statSync } from 'node:fs';
import { after, millis } from '../../../base/brand.ts';
import type { Report, Time } from '../../ports.ts';

/** systemd-timesyncd touches this file at each synchronisation (its manual page, "Files"). */
const timesyncFile = '/run/systemd/timesync/synchronized';
const lookEveryMs = millis(30_000);

/**
 * Says when the system's clock was set from outside in this boot (rules.md 23). Only a fresh touch of the file counts: a
 * clock moved by hand afterwards is not vouched for by an old one.
 */
export function watchTimesync(time: Time, report: Report, file: string = timesyncFile): () => void {
  let seen: number | null = null;
  let cancel = (): void => {};
  const look = (): void => {
    const touched = touchedAt(file);
    if (touched !== null && touched !== seen) report({ type: 'clock-synced', synced: true });
    seen = touched;
    cancel = time.at(after(time.mono(), lookEveryMs), look);
  };
  look();
  return () => cancel();
}

function touchedAt(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? null;
}
