import type { JournalEvent } from '../../src/wire/journal.ts';
import type { Rig } from '../../test/blackbox/rig.ts';
import { displayRows } from './display.ts';
import { roles, slotCount } from './stage.ts';

const bold = (text: string): string => `\x1b[1m${text}\x1b[0m`;
const dim = (text: string): string => `\x1b[2m${text}\x1b[0m`;
const lit = (text: string): string => `\x1b[30;43m${text}\x1b[0m`;

const displayColumns = 20;
const eventsShown = 12;

/** The cabinet as text: display, slots as their lines say, the keypad's keys, the newest events. */
export function picture(rig: Rig, events: readonly JournalEvent[], note: string): string {
  const rows = [0, 1, 2, 3].map(row => (displayRows(rig)[row] ?? '').padEnd(displayColumns));
  const slots = Array.from({ length: slotCount }, (_, at) => slotLines(rig, at + 1));
  const cabinet = [0, 1, 2, 3, 4].map(row => slots.map(slot => slot[row] ?? '').join('  '));
  return [
    bold('SmartBox – a cabinet in your terminal'),
    '',
    `  ┌${'─'.repeat(displayColumns + 2)}┐`,
    ...rows.map(row => `  │ ${row} │`),
    `  └${'─'.repeat(displayColumns + 2)}┘`,
    '',
    ...cabinet.map(row => `  ${row}`),
    '',
    '  0-9 * #   keypad          d1..d4  open or shut a door      p  power cut and back',
    '  t1..t3    hold a tag up   k1..k4  take or hang in a key    q  quit',
    `  codes: ${roles.map(({ name, code, slot }) => `${name} ${bold(code)} (slot ${slot})`).join('   ')}`,
    `  ${note}`,
    '',
    ...events.slice(-eventsShown).map(eventLine),
  ].join('\x1b[K\r\n');
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
