import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '../../scripts/rig/until.ts';
import { onBox } from './box.ts';
import { bookingsOf, laterBookings, stageOf } from './import-load.ts';

const slots = 40;
const rows = 6_000;

for (const stage of ['being written', 'decided'] as const) {
  test(`a kill while an import is ${stage} leaves none of it or all of it`, { timeout: 120_000 }, async t => {
    const rig = await onBox(t, { slots });
    let ended = false;
    const importing = rig.cli(['bookings', 'import', '-'], laterBookings(rows, slots)).then(each => {
      ended = true;
      return each;
    });
    await stageOf(rig, stage, () => ended);
    await rig.stop('SIGKILL');
    assert.equal((await importing).code, 1, 'the kill came before the end');
    await rig.start();
    const waiting = (name: string): boolean => existsSync(join(rig.data, name));
    await until(
      'what is left of it',
      () => !waiting('smartbox.incoming') && !waiting('smartbox.incoming.new'),
    );
    const found = await bookingsOf(rig);
    const told = (await rig.events()).filter(event => event.type === 'bookings-changed').length;
    assert.deepEqual([found, told], told === 0 ? [0, 0] : [rows, 1]);
    if (stage === 'being written') assert.equal(told, 0);
  });
}
