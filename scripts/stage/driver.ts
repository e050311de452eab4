import type { JournalEvent } from '../../src/wire/journal.ts';
import type { Rig } from '../rig/box-rig.ts';
import { until } from '../rig/until.ts';
import { displayLine } from './display.ts';

/** Types the code and takes the key; the answer tells what was seen. */
export async function takes(rig: Rig, code: string, slot: number): Promise<string> {
  rig.type(`${code}#`);
  await rig.sees('granted', slot);
  const said = await displayLine(rig);
  await atTheDoor(rig, slot, 'out');
  const { key, proof } = await rig.sees('key-taken', slot);
  await rig.sees('door-closed', slot);
  return `${said} … ${key} is out (${proof}), the door is shut`;
}

/** After a code or a tag: hangs the key back. */
export async function hangsBack(rig: Rig, slot: number): Promise<string> {
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

/** The newest event of this type, waited for. */
export async function newest(rig: Rig, type: JournalEvent['type'], withinMs: number): Promise<JournalEvent> {
  let found: JournalEvent | undefined;
  const look = async (): Promise<boolean> => {
    found = (await rig.events()).findLast(event => event.type === type);
    return found !== undefined;
  };
  await until(type, look, withinMs);
  if (found === undefined) throw new Error(`no event ${type}`);
  return found;
}
