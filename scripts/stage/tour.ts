import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rig } from '../../test/blackbox/rig.ts';
import { until } from '../../test/blackbox/until.ts';
import { displayLine } from './display.ts';
import { ann, ben, cleo, type Role, type Stage, stock } from './stage.ts';

/** How long Cleo's booking lasts: enough to take the key, too short to bring it back. */
const cleoHasMs = 15_000;
const shiftMs = 8 * 3_600_000;

interface Scene {
  readonly title: string;
  readonly play: (rig: Rig) => Promise<string>;
}

/** The story, two lines for each scene. Resolves to the exit code: 0, or 1 when a scene failed. */
export async function tour({ rig }: Stage): Promise<number> {
  const tell = (line: string): void => void process.stdout.write(`${line}\n`);
  tell('A day at a SmartBox, in half a minute. No network; real serial bytes; lines that are files.\n');
  for (const [at, { title, play }] of scenes.entries()) {
    const number = String(at + 1).padStart(2);
    try {
      tell(`${number}. ${title}`);
      tell(`      ${await play(rig)}`);
    } catch (error) {
      tell(`      FAILED: ${error instanceof Error ? error.message : String(error)}`);
      tell(`\nThe story broke off at step ${at + 1}: ${title}`);
      return 1;
    }
  }
  tell('\nThe end. All of this was read off the box itself: its display, its lines, its journal.');
  return 0;
}

const scenes: readonly Scene[] = [
  { title: 'The box is switched on. Three keys hang in it; three bookings come in by file.', play: opening },
  { title: 'Somebody tries a code that is nobody’s.', play: guess },
  { title: 'Ann types her code, in the rain.', play: rig => takes(rig, ann) },
  { title: 'Cleo fetches her van too. Her booking is a short one.', play: rig => takes(rig, cleo) },
  { title: 'Ben types his code, and the power goes while his lock is on.', play: powerCut },
  { title: 'The power is back. Ben types the same code again.', play: rig => takes(rig, ben) },
  { title: 'Ann comes back and just holds the key’s tag to the reader.', play: byTag },
  { title: 'Her code is tried once more.', play: usedUp },
  { title: 'Cleo is late: her booking has ended and the key is still out.', play: overdue },
  { title: 'Cleo types her code and returns the key all the same.', play: rig => returns(rig, cleo) },
  { title: 'An auditor exports the journal and checks it.', play: audit },
  { title: 'Somebody changes one byte of the export.', play: forgery },
];

async function opening(rig: Rig): Promise<string> {
  const now = Date.now();
  await stock(rig, role => now + (role === cleo ? cleoHasMs : shiftMs));
  return `the display says ${await displayLine(rig)}`;
}

async function guess(rig: Rig): Promise<string> {
  rig.type('11223344#');
  const { reason } = await rig.sees('denied');
  return `denied, ${reason}; the display says ${await displayLine(rig)}`;
}

async function takes(rig: Rig, { code, slot }: Role): Promise<string> {
  rig.type(`${code}#`);
  await rig.sees('granted', slot);
  const said = await displayLine(rig);
  await atTheDoor(rig, slot, 'out');
  const { key, proof } = await rig.sees('key-taken', slot);
  await rig.sees('door-closed', slot);
  return `${said} … ${key} is out (${proof}), the door is shut`;
}

async function returns(rig: Rig, { code, slot }: Role): Promise<string> {
  rig.type(`${code}#`);
  return await hangsBack(rig, slot);
}

async function byTag(rig: Rig): Promise<string> {
  rig.tap(ann.tag);
  return await hangsBack(rig, ann.slot);
}

async function hangsBack(rig: Rig, slot: number): Promise<string> {
  const { by } = await rig.sees('granted', slot);
  const said = await displayLine(rig);
  await atTheDoor(rig, slot, 'in');
  const { key } = await rig.sees('key-returned', slot);
  await rig.sees('door-closed', slot);
  return `${said} … ${key} is back, by ${by}`;
}

/** A person opens the door, takes the key or hangs it in, and shuts the door. */
async function atTheDoor(rig: Rig, slot: number, key: 'in' | 'out'): Promise<void> {
  await rig.lines.released(slot);
  rig.lines.door(slot, 'open');
  const { seq } = await rig.sees('door-opened', slot);
  rig.lines.key(slot, key);
  const fact = key === 'out' ? 'key-taken' : 'key-returned';
  await until(fact, async () => (await rig.events()).some(event => event.seq > seq && event.type === fact));
  rig.lines.door(slot, 'shut');
}

async function powerCut(rig: Rig): Promise<string> {
  rig.type(`${ben.code}#`);
  await rig.lines.powered(ben.slot);
  const cutAt = Date.now();
  await rig.stop('SIGKILL');
  await rig.lines.released(ben.slot, 1_000);
  const offMs = Date.now() - cutAt;
  await rig.start();
  await rig.sees('granted', ben.slot);
  const { reason } = await rig.sees('booted');
  return `lock off ${offMs} ms later; booted (${reason}); the grant is in the journal, no door opened by itself`;
}

async function usedUp(rig: Rig): Promise<string> {
  rig.type(`${ann.code}#`);
  const { reason } = await rig.sees('denied');
  if (reason !== 'used') throw new Error(`the code was denied as ${reason}, not as used`);
  return `denied, used; the display says ${await displayLine(rig)}`;
}

async function overdue(rig: Rig): Promise<string> {
  await until('overdue', async () => (await rig.events()).some(event => event.type === 'overdue'), 30_000);
  const late = (await rig.events()).find(event => event.type === 'overdue');
  return `the box itself says: overdue, ${late?.key}, since ${late?.at}`;
}

async function audit(rig: Rig): Promise<string> {
  const file = join(rig.dir, 'journal.jsonl');
  writeFileSync(file, await rig.must(['events', 'export', '--format', 'jsonl']));
  return oneLine(await rig.must(['events', 'verify', file]));
}

async function forgery(rig: Rig): Promise<string> {
  const file = join(rig.dir, 'forged.jsonl');
  const journal = await rig.must(['events', 'export', '--format', 'jsonl']);
  writeFileSync(file, journal.replace('"reason":"used"', '"reason":"uSed"'));
  const { code, stdout, stderr } = await rig.cli(['events', 'verify', file]);
  if (code !== 1) throw new Error(`verify exited ${code} on a forged export`);
  return oneLine(`${stdout} ${stderr}`);
}

const oneLine = (text: string): string => text.trim().replaceAll(/\s*\n\s*/g, '; ');
