import { displayLine } from '../display.ts';
import { hangsBack, newest, takes } from '../driver.ts';
import { ann, ben, cleo, type Person, vans } from '../people.ts';
import type { Chapter, Tale } from '../tale.ts';

/** Time for the box to hear of it before Cleo is late. */
const cleoLeftMs = 1_000;

export const day: Chapter = {
  title: 'A day at the box',
  scenes: [
    { title: 'Somebody tries a code that is nobody’s.', play: guess },
    { title: 'Ann types her code, in the rain.', play: tale => fetches(tale, ann) },
    { title: 'Cleo fetches her van too.', play: tale => fetches(tale, cleo) },
    { title: 'Ben types his code, and the power goes while his lock is on.', play: powerCut },
    { title: 'The power is back. Ben types the same code again.', play: tale => fetches(tale, ben) },
    { title: 'Ann comes back and just holds the key’s tag to the reader.', play: byTag },
    { title: 'Her code is tried once more.', play: usedUp },
    { title: 'The office shortens Cleo’s booking; its end comes, and the key is still out.', play: overdue },
    { title: 'Cleo types her code and returns the key all the same, late as she is.', play: lateReturn },
  ],
};

async function guess({ rig }: Tale): Promise<string> {
  rig.type('11223344#');
  const { reason } = await rig.sees('denied');
  return `denied, ${reason}; the display says ${await displayLine(rig)}`;
}

async function fetches(tale: Tale, person: Person): Promise<string> {
  const seen = await takes(tale.rig, tale.codeOf(person), person.slot);
  await tale.becomes(person, 'taken');
  return `${seen}; the relay says: taken`;
}

async function powerCut(tale: Tale): Promise<string> {
  const { stage, rig } = tale;
  rig.type(`${tale.codeOf(ben)}#`);
  await rig.lines.powered(ben.slot);
  const cutAt = Date.now();
  await stage.cutPower();
  await rig.lines.released(ben.slot, 1_000);
  const offMs = Date.now() - cutAt;
  await stage.switchOn();
  await rig.sees('granted', ben.slot);
  const { reason } = await rig.sees('booted');
  if (reason !== 'power') throw new Error(`the power was cut, and the journal says ${reason}`);
  return `lock off ${offMs} ms later; booted (${reason}); the grant is in the journal, no door opened by itself`;
}

async function byTag(tale: Tale): Promise<string> {
  tale.rig.tap(vans.find(({ name }) => name === ann.van)?.tag ?? '');
  const seen = await hangsBack(tale.rig, ann.slot);
  await tale.becomes(ann, 'returned');
  return `${seen}; the relay says: returned`;
}

async function usedUp(tale: Tale): Promise<string> {
  const { rig, office } = tale;
  rig.type(`${tale.codeOf(ann)}#`);
  const { reason } = await rig.sees('denied');
  if (reason !== 'used') throw new Error(`the code was denied as ${reason}, not as used`);
  if ((await office.codeOf(ann)) !== null) throw new Error('the relay still gives the code');
  return `denied, used; the display says ${await displayLine(rig)}; the relay has wiped it`;
}

async function overdue(tale: Tale): Promise<string> {
  await tale.office.ends(cleo, Date.now() + cleoLeftMs);
  const { key, at } = await newest(tale.rig, 'overdue', 20_000);
  await tale.becomes(cleo, 'overdue');
  return `the box itself says: overdue, ${key}, since ${at}; the relay says: overdue`;
}

async function lateReturn(tale: Tale): Promise<string> {
  tale.rig.type(`${tale.codeOf(cleo)}#`);
  const seen = await hangsBack(tale.rig, cleo.slot);
  await tale.becomes(cleo, 'returned');
  return `${seen}; the relay says: returned`;
}
