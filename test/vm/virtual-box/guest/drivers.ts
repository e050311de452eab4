/**
 * Drivers in front of the virtual box, inside of it. `drivers.mjs bookings` prints what is to be imported for them; `drivers.mjs go`
 * waits for a line with a seed, and then they come and go for as long as there is power. Every sight, and every event that
 * `smartbox watch` shows, leaves the machine by a port before anything else is done.
 */
import { spawn } from 'node:child_process';
import { globSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { Prng } from '../../../../scripts/rig/prng.ts';
import type { JournalEvent } from '../../../../src/wire/journal.ts';
import { type Front, World } from '../../../torture/world.ts';
import { tickets } from '../power/tickets.ts';
import { lineOf as diaryLine, type Told } from '../power/told.ts';
import { lineOf, slotCount } from '../virtual-box.ts';

/** QEMU's isa-debugcon: whatever byte is written there is in the host's file when the instruction ends. */
const diaryPort = 0xe9;
const lookEveryMs = 2;
/** Everything is emulated, on a busy host. */
const patienceMs = 4_000;

function teller(): (told: Told) => void {
  const ports = openSync('/dev/port', 'r+');
  return told => {
    const bytes = Buffer.from(diaryLine(told));
    for (let n = 0; n < bytes.length; n += 1) writeSync(ports, bytes, n, 1, diaryPort);
  };
}

function front(): Front {
  const [chip = ''] = globSync('/sys/devices/platform/gpio-sim.0/gpiochip*/sim_gpio0').map(path =>
    path.replace(/0$/, ''),
  );
  const keypad = openSync('/dev/ttyS3', 'w');
  const locks = new Map(
    Array.from({ length: slotCount }, (_, at) => [
      at + 1,
      openSync(`${chip}${lineOf(at + 1).lock}/value`, 'r'),
    ]),
  );
  const level = Buffer.alloc(1);
  const pull = (line: number, up: boolean): void =>
    writeFileSync(`${chip}${line}/pull`, up ? 'pull-up' : 'pull-down');
  return {
    type: keys => {
      writeSync(keypad, keys);
    },
    lines: {
      lock(slot) {
        readSync(locks.get(slot) ?? -1, level, 0, 1, 0);
        return level[0] === 0x31 ? 1 : 0;
      },
      door: (slot, is) => pull(lineOf(slot).door, is === 'open'),
      key: (slot, is) => pull(lineOf(slot).presence, is === 'out'),
    },
  };
}

/** Resolves when the box shows what happens. */
async function watch(tell: (told: Told) => void): Promise<void> {
  const shown = spawn('smartbox', ['watch', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>(resolve => {
    createInterface({ input: shown.stdout }).on('line', line => {
      resolve();
      const said = JSON.parse(line) as Partial<JournalEvent>;
      if (said.seq !== undefined && said.hash !== undefined)
        tell({ what: 'event', seq: said.seq, hash: said.hash });
    });
  });
}

async function go(): Promise<void> {
  const tell = teller();
  await watch(tell);
  const box = front();
  const seeds = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  // Who waits for it looks for this file.
  writeFileSync('/run/brought/drivers-wait', '');
  const seed = Number((await seeds.next()).value);
  const world = new World(box, tickets, new Prng(seed), { patienceMs, tell });
  for (;;) {
    world.tick(true);
    await pause(lookEveryMs);
  }
}

const bookings = (): string =>
  JSON.stringify(tickets.map(ticket => ({ ...ticket, start: '2020-01-01T00:00:00Z', end: null })));

if (process.argv[2] === 'bookings') process.stdout.write(bookings());
else await go();
