/** Processes of the service die or stand still while a lock is powered; another process watches the line. */
import assert from 'node:assert/strict';
import type { Case, Stage } from '../case.ts';
import { ms } from '../case.ts';
import { codeOf } from '../configuration.ts';
import { goOn } from '../ready.ts';
import type { Processes, Struck, VirtualBox } from '../virtual-box.ts';

/** Early enough that the pulse would go on for long. */
const struckAfterMs = 60;
/**
 * What must come in time even on an emulated machine whose host is busy, and so says less than rules.md 14, which asks for a second. By
 * itself no line falls here, which is what the tests are about.
 */
const lowWithinUs = 30_000_000;
/** The hard maximum of rules.md 14, and with it what a lock may be powered for whatever dies. */
const secondUs = 1_000_000;

interface Blow {
  readonly name: string;
  readonly what: string;
  readonly signal: 'KILL' | 'STOP';
  readonly at: (processes: Processes) => readonly number[];
  /** How soon the line is low on a machine that wakes in time whom it shall wake. */
  readonly barUs: number;
  /** By `auto` it is `cdev`. */
  readonly driver?: 'onoff';
  /** What must be so afterwards. */
  readonly after: (box: VirtualBox, before: Processes, stage: Stage) => Promise<void>;
}

/** Another daemon, and it opens. */
async function restarted(box: VirtualBox, before: Processes): Promise<void> {
  await box.restarted(before.daemon);
  assert.equal(await box.lock(1), 0);
  await opens(box);
}

/** The same daemon has another helper, and it opens. */
async function helped(box: VirtualBox, before: Processes): Promise<void> {
  await box.until(
    'another helper',
    `daemon=${before.daemon}; guard=$(pgrep -P $daemon gpio-lines) && [ $guard != ${before.guard} ] && pgrep -P $guard`,
  );
  await opens(box);
}

async function opens(box: VirtualBox): Promise<void> {
  await box.strike(2, codeOf(2), null);
}

/** Frozen: only systemd notices. */
async function watched(box: VirtualBox, before: Processes, stage: Stage): Promise<void> {
  const from = performance.now();
  await restarted(box, before);
  stage.figure(
    'started anew and opening again after',
    `${((performance.now() - from) / 1_000).toFixed(1)} s`,
  );
  assert.match(await box.sh('journalctl -u smartboxd --no-pager -o cat'), /Watchdog timeout/);
}

const blows: readonly Blow[] = [
  {
    name: 'kill-daemon',
    what: 'SIGKILL of the daemon in mid-pulse',
    signal: 'KILL',
    at: ({ daemon }) => [daemon],
    barUs: 50_000,
    after: restarted,
  },
  {
    name: 'kill-daemon-onoff',
    what: 'the same where the driver is onoff, whose guard is a shell',
    signal: 'KILL',
    at: ({ daemon }) => [daemon],
    barUs: secondUs,
    driver: 'onoff',
    after: restarted,
  },
  {
    name: 'kill-helper',
    what: 'SIGKILL of the process that holds the lines, in mid-pulse',
    signal: 'KILL',
    at: ({ holder }) => [holder],
    barUs: secondUs,
    after: helped,
  },
  {
    name: 'kill-both',
    what: 'SIGKILL of daemon and helper in mid-pulse',
    signal: 'KILL',
    at: ({ daemon, holder }) => [daemon, holder],
    barUs: secondUs,
    after: restarted,
  },
  {
    name: 'kill-all',
    what: 'SIGKILL of daemon, helper and its guard at once in mid-pulse: what is left is ExecStopPost',
    signal: 'KILL',
    at: ({ daemon, guard, holder }) => [guard, holder, daemon],
    barUs: secondUs,
    after: restarted,
  },
  {
    name: 'freeze-helper',
    what: 'SIGSTOP of the process that holds the lines, in mid-pulse',
    signal: 'STOP',
    at: ({ holder }) => [holder],
    barUs: secondUs,
    after: helped,
  },
  {
    name: 'freeze-both',
    what: 'SIGSTOP of daemon and helper in mid-pulse',
    signal: 'STOP',
    at: ({ daemon, holder }) => [holder, daemon],
    barUs: secondUs,
    after: async () => {},
  },
  {
    name: 'watchdog',
    what: 'SIGSTOP of the daemon in mid-pulse; the watchdog starts another',
    signal: 'STOP',
    at: ({ daemon }) => [daemon],
    barUs: secondUs,
    after: watched,
  },
];

const sinceBlow = ({ roseUs, struckUs, fellUs }: Struck): number => fellUs - (struckUs ?? roseUs);

/** The others are struck on a kernel alone in every long run (vm.all.test.ts). */
const inEveryRun: readonly string[] = ['kill-daemon', 'kill-all', 'watchdog'];

export const kills: readonly Case[] = blows.map(blow => ({
  name: blow.name,
  what: blow.what,
  minutes: inEveryRun.includes(blow.name) ? null : 1,
  async run(stage) {
    const { box } = await goOn(await stage.ready(), stage.work);
    try {
      if (blow.driver !== undefined) await box.drivenBy(blow.driver);
      const before = await box.processes(blow.driver);
      const struck = await box.strike(1, codeOf(1), {
        afterMs: struckAfterMs,
        signal: blow.signal,
        pids: blow.at(before),
      });
      assert.ok(
        struck.struckUs !== null && struck.fellUs > struck.struckUs,
        'it was not struck in mid-pulse',
      );
      const lowUs = sinceBlow(struck);
      const figure = `${ms(lowUs)} after the signal, on a machine that was ${ms(struck.lateUs)} late`;
      stage.bar('line low', figure, lowUs <= blow.barUs + struck.lateUs);
      assert.ok(lowUs < lowWithinUs, `the lock stays powered for ${ms(lowUs)}`);
      await blow.after(box, before, stage);
    } finally {
      await box.off();
    }
  },
}));
