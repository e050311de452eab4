import type { JournalEvent } from '../../src/wire/journal.ts';
import type { Rig } from '../../test/blackbox/rig.ts';
import { addresses } from './addresses.ts';
import { spaced, type Told, toldLine } from './crew.ts';
import { displayRows } from './display.ts';
import { codeIn } from './mailbox.ts';
import { slotCount } from './people.ts';
import type { Stage } from './stage.ts';

const bold = (text: string): string => `\x1b[1m${text}\x1b[0m`;
const dim = (text: string): string => `\x1b[2m${text}\x1b[0m`;
const lit = (text: string): string => `\x1b[30;43m${text}\x1b[0m`;

const displayColumns = 20;

export interface Seen {
  readonly events: readonly JournalEvent[];
  /** What the relay says. */
  readonly told: readonly Told[];
  /** `up` or `lost`, by the relay. */
  readonly link: string;
  readonly note: string;
  /** Rows of the terminal. */
  readonly rows: number;
}

/** Relay and cabinet as text: addresses, display, slots as their lines say, the keypad's keys, bookings, the newest events. */
export function picture(stage: Stage, { events, told, link, note, rows }: Seen): string {
  const { rig } = stage;
  const fixed = [
    bold('SmartBox – a relay and a cabinet in your terminal'),
    ...addresses(stage).map(line => `  ${line}`),
    '',
    ...cabinet(rig).map(row => `  ${row}`),
    '',
    '  0-9 * #   keypad         d1..d4  open or shut a door      p  power cut and back',
    '  t1..t3    hold up a tag  k1..k4  take or hang in a key    n  network away and back',
    '  b1..b3    book again                                      q  quit',
    `  ${bold('the relay says')}: box ${link}`,
    ...told.map(each => `  ${toldLine(each)}`),
    `  ${newestMail(stage)}`,
    `  ${note}`,
    '',
  ];
  const room = Math.max(0, rows - fixed.length);
  return [...fixed, ...(room === 0 ? [] : events.slice(-room).map(eventLine))]
    .slice(0, rows)
    .join('\x1b[K\r\n');
}

function newestMail({ mails }: Stage): string {
  const mail = mails.newest;
  if (mail === null) return dim('no mail yet: assign a vehicle in the Fleetio sandbox');
  const code = codeIn(mail);
  return `mail to ${mail.to}: ${mail.subject}${code === null ? '' : `: ${bold(spaced(code))}`}`;
}

/** The display, and the slots beside it. */
function cabinet(rig: Rig): readonly string[] {
  const edge = '─'.repeat(displayColumns + 2);
  const shown = [0, 1, 2, 3].map(row => `│ ${(displayRows(rig)[row] ?? '').padEnd(displayColumns)} │`);
  const display = [`┌${edge}┐`, ...shown, `└${edge}┘`];
  const slots = Array.from({ length: slotCount }, (_, at) => slotLines(rig, at + 1));
  return display.map((row, at) => `${row}  ${slots.map(slot => slot[at] ?? '').join(' ')}`);
}

function slotLines(rig: Rig, slot: number): readonly string[] {
  const powered = rig.lines.lock(slot) === 1;
  const open = rig.lines.level('door', slot) === 1;
  const key = rig.lines.level('presence', slot) === 0;
  const lock = powered ? lit(' LOCK ON  ') : dim(' lock off ');
  const side = open ? ' ' : '│';
  return [
    `┌────${slot}─────┐`,
    `${side}${lock}${side}`,
    `${side}${open ? '   open   ' : '   shut   '}${side}`,
    `${side}${key ? '  🔑 key  ' : dim('  empty   ')}${side}`,
    '└──────────┘',
  ];
}

function eventLine({ seq, at, type, slot, key, reason, by, proof }: JournalEvent): string {
  const more = [slot === undefined ? '' : `slot ${slot}`, key, by, reason, proof].filter(Boolean).join(' · ');
  return `${dim(`  ${String(seq).padStart(4)} ${at.slice(11, 19)}Z `)}${type}  ${dim(more)}`;
}
