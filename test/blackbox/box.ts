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
