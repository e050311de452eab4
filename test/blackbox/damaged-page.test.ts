/** A card that loses one sector on the first day: what stands elsewhere is read, and the key that is out comes back. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Rig } from '../../scripts/rig/box-rig.ts';
import { code, dropCopies, onBox, takesKey, today } from './box.ts';
import { spoil } from './spoil.ts';

const other = '92560814';

async function firstDay(t: TestContext): Promise<Rig> {
  const rig = await onBox(t, { slots: 3 });
  await rig.book({ id: 'a', code, slot: 1, ...today() }, { id: 'b', code: other, slot: 2, ...today() });
  await takesKey(rig, code, 1);
  await rig.stop();
  dropCopies(rig);
  return rig;
}

for (const [what, name] of [
  ['the bookings', 'booking'],
  ['what has happened to them', 'use'],
  ['the schema', 'no such table'],
] as const)
  test(`the page of ${what} is damaged: the return opens, and the code stays used when the file is imported again`, {
    timeout: 60_000,
  }, async t => {
    const rig = await firstDay(t);
    spoil(rig.data, name);
    await rig.start();
    const events = await rig.events();
    assert.match(
      events.findLast(({ type }) => type === 'booted')?.reason ?? '',
      /database lost .*from the damaged file/,
    );
    assert.ok(
      events.some(({ type }) => type === 'key-taken'),
      'the journal is there',
    );
    rig.type(`${code}#`);
    await rig.lines.powered(1);
    assert.equal((await rig.sees('granted', 1)).for, 'return');
    rig.lines.door(1, 'open');
    rig.lines.key(1, 'in');
    await rig.sees('key-returned', 1);
    rig.lines.door(1, 'shut');
    await rig.lines.released(1);
    await rig.book({ id: 'a', code, slot: 1, ...today() }, { id: 'b', code: other, slot: 2, ...today() });
    rig.type(`${code}#`);
    assert.equal((await rig.sees('denied')).reason, 'used');
    rig.type(`${other}#`);
    await rig.lines.powered(2);
  });
