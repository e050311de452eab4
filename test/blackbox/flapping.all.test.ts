import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pause, until } from '../../scripts/rig/until.ts';
import { box, today } from './box.ts';

const code = '40718253';

test('a loose door contact is one sensor-suspect and a count a minute later, and its slot goes on (rules.md 15)', {
  timeout: 240_000,
}, async t => {
  const rig = await box(t, { slots: 2 });
  await rig.start();
  await rig.book({ code, slot: 1, ...today() });
  const before = (await rig.events()).length;
  const ours = async () => (await rig.events()).slice(before).filter(({ slot }) => slot === 1);
  const suspects = async () => (await ours()).filter(({ type }) => type === 'sensor-suspect');
  let on = false;
  // About 6 Hz, for as long as it takes.
  const flaps = async () => {
    for (let n = 0; n < 20; n += 1) {
      on = !on;
      rig.lines.door(1, on ? 'open' : 'shut');
      await pause(85);
    }
  };
  await until(
    'the sensor suspected and its changes counted',
    async () => {
      await flaps();
      return (await suspects()).length >= 2;
    },
    180_000,
  );
  const [first, second] = await suspects();
  assert.deepEqual([first?.reason, first?.count], ['flapping', undefined]);
  assert.ok((second?.count ?? 0) > 60, `${second?.count} counted`);
  const events = await ours();
  assert.ok(events.length <= 30, `${events.length} events: ${events.map(({ type }) => type)}`);
  rig.lines.door(1, 'shut');
  await pause(3_000);
  rig.type(`${code}#`);
  await rig.lines.powered(1);
  await rig.lines.released(1);
  rig.lines.door(1, 'open');
  await rig.sees('door-opened', 1);
  rig.lines.key(1, 'out');
  await rig.sees('key-taken', 1);
});
