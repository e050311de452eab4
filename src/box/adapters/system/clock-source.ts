import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Millis, millis, seconds, wall } from '../../../base/brand.ts';
import { repeat } from '../../../base/every.ts';
import { type ChipTime, type ClockWitness, nextLookMs, sourceOf } from '../../core/clock-witness.ts';
import type { Report, Time } from '../../ports.ts';

/** Where a system tells of its clock. */
export interface ClockFiles {
  /**
   * Asks systemd-timedated, which asks the kernel: adjtimex(2) itself is closed to the service, by ProtectClock. Any source counts
   * that tells the kernel its error, so chrony, ntpd and systemd-timesyncd alike, chrony without `rtcsync` too.
   */
  readonly busctl: string;
  /** systemd-timesyncd touches it at each synchronisation (its manual page, "Files"); for systems without D-Bus. */
  readonly timesync: string;
  /** The kernel's folder of clock chips (Documentation/ABI/testing/sysfs-class-rtc). */
  readonly chips: string;
}

export const systemClockFiles: ClockFiles = {
  busctl: '/usr/bin/busctl',
  timesync: '/run/systemd/timesync/synchronized',
  chips: '/sys/class/rtc',
};

/** A process that is made just then would hold up a driver who waits for the start: some ten milliseconds. */
const firstLookMs = seconds(1);
/** timedated is started by the question itself, on a small computer at boot. */
const answerMs = 10_000;

/** Says who vouches for the system's clock in this boot (rules.md 23), a second after the start and again and again; returns what ends that. */
export function watchClockSource(time: Time, report: Report, files: ClockFiles): () => void {
  const ended = new AbortController();
  let noted: number | null = null;
  let looks = 0;
  const look = async (): Promise<Millis> => {
    const touched = await touchedAt(files.timesync);
    const fresh = touched !== null && touched !== noted;
    noted = touched;
    const [steered, chip] = await Promise.all([isSteered(files.busctl, ended.signal), bootChip(files.chips)]);
    if (ended.signal.aborted) return millis(0);
    const witness: ClockWitness = { wall: time.wall(), steered, noted: fresh, chip };
    const by = sourceOf(witness);
    if (by !== null) report({ type: 'clock-synced', synced: true, by });
    looks += 1;
    return nextLookMs(by, looks);
  };
  const stop = repeat(time, look, firstLookMs);
  return () => {
    ended.abort();
    stop();
  };
}

const timedate = 'org.freedesktop.timedate1';
const question = [
  '--system',
  'get-property',
  timedate,
  '/org/freedesktop/timedate1',
  timedate,
  'NTPSynchronized',
];

/** Null: there is no systemd or no D-Bus, or no answer. */
function isSteered(busctl: string, signal: AbortSignal): Promise<boolean | null> {
  const options = {
    signal,
    timeout: answerMs,
    maxBuffer: 4_096,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
  };
  return new Promise(resolve => {
    execFile(busctl, question, options, (error, stdout) => {
      const said = error === null ? stdout.trim() : '';
      resolve(said === 'b true' ? true : said === 'b false' ? false : null);
    });
  });
}

async function touchedAt(file: string): Promise<number | null> {
  return stat(file).then(
    found => found.mtimeMs,
    () => null,
  );
}

/** The chip that the kernel set its clock by at boot, as it says in `hctosys`. */
async function bootChip(folder: string): Promise<ChipTime | null> {
  const names = await readdir(folder).catch((): string[] => []);
  for (const name of names.sort())
    if ((await textOf(join(folder, name, 'hctosys'))) === '1')
      return { at: chipTime(await textOf(join(folder, name, 'since_epoch'))) };
  return null;
}

/** A driver refuses to be read while its chip says that the time is lost: RTC_VL_READ says no more, and only to root. */
function chipTime(text: string | null): ChipTime['at'] {
  return text !== null && /^\d{1,11}$/.test(text) ? wall(Number(text) * 1_000) : null;
}

async function textOf(file: string): Promise<string | null> {
  return readFile(file, 'latin1').then(
    text => text.trim(),
    () => null,
  );
}
