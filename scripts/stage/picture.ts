import type { JournalEvent } from '../../src/wire/journal.ts';
import type { Rig } from '../rig/box-rig.ts';
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
  /** The relay says these things, a line each. */
  readonly told: readonly Told[];
  /** `up` or `lost`, by the relay. */
  readonly link: string;
  readonly note: string;
  /** Of the terminal. */
  readonly rows: number;
  readonly columns: number;
}

/** Relay and cabinet as text: addresses, display, slots as their lines say, the keypad's keys, bookings, the newest events. */
export function picture(stage: Stage, { events, told, link, note, rows, columns }: Seen): string {
  // Where there is no room for it, nothing stands apart: 24 rows hold all of it, and the newest events.
  const isSmall = rows < 32;
  const gap = isSmall ? [] : [''];
  const { rig } = stage;
  const title = isSmall ? [] : [bold('SmartBox – a relay and a cabinet in your terminal')];
  // The page on which one begins leads to the cabinet too.
  const shown = addresses(stage).filter(line => !(isSmall && line.startsWith('cabinet')));
  const fixed = [
    ...title,
    ...shown.map(line => `  ${line}`),
    ...gap,
    ...cabinet(rig),
    ...gap,
    '  0-9 * #   keypad         d1..d4  open or shut a door      p  power cut and back',
    '  t1..t3    hold up a tag  k1..k4  take or hang in a key    n  network away and back',
    '  b1..b3    book again                                      q  quit',
    `  ${bold('the relay says')}: box ${link}`,
    ...told.map(each => `  ${toldLine(each)}`),
    `  ${newestMail(stage)}`,
    `  ${note}`,
    ...gap,
  ];
  const room = Math.max(0, rows - fixed.length);
  return [...fixed, ...(room === 0 ? [] : events.slice(-room).map(eventLine))]
    .slice(0, rows)
    .map(line => fitted(line, columns))
    .join('\x1b[K\r\n');
}

/** A line that is longer than the terminal would wrap, and push the rest out of sight. Escapes take no room. */
function fitted(line: string, columns: number): string {
  let room = columns;
  let isCut = false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape of the terminal begins with one
  return line.replace(/\x1b\[[0-9;]*m|./gu, part => {
    if (part.startsWith('\x1b')) return part;
    room -= part === '🔑' ? 2 : 1;
    isCut ||= room < 0;
    return isCut ? '' : part;
  });
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
