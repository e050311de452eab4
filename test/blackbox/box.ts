import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { iso, Rig, type RigOptions } from '../../scripts/rig/box-rig.ts';
import type { JournalEvent } from '../../src/wire/journal.ts';

/** A code that nobody would call trivial. */
export const code = '40718253';

/** A window around now. */
export const today = () => ({ start: iso(Date.now() - 3_600_000), end: iso(Date.now() + 3_600_000) });

export const types = (events: readonly JournalEvent[]): readonly string[] => events.map(event => event.type);

/** A box that is not running yet and goes with the test. */
export async function box(t: TestContext, options: RigOptions = {}): Promise<Rig> {
  const rig = await Rig.make(options);
  t.after(() => rig.dispose());
  return rig;
}

/** A running box that goes with the test. */
export async function onBox(t: TestContext, options: RigOptions = {}): Promise<Rig> {
  const rig = await box(t, options);
  await rig.start();
  return rig;
}

/** Somebody types the code, takes the key from behind the door and shuts it. */
export async function takesKey(rig: Rig, typed: string, slot: number): Promise<void> {
  rig.type(`${typed}#`);
  await rig.lines.powered(slot);
  await rig.lines.released(slot);
  rig.lines.door(slot, 'open');
  rig.lines.key(slot, 'out');
  await rig.sees('key-taken', slot);
  rig.lines.door(slot, 'shut');
  await rig.sees('door-closed', slot);
}

/** The nightly copies go, as on the first day there are none. */
export function dropCopies({ data }: Rig): void {
  for (const name of readdirSync(data).filter(each => each.includes('backup'))) rmSync(join(data, name));
}
