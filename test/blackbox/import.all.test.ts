import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pause } from '../../scripts/rig/until.ts';
import { onBox } from './box.ts';
import { bookingsOf, laterBookings, rssMb, sizeIn, takers, waitOf } from './import-load.ts';

const slots = 40;
const rows = 100_000;

test('codes open doors while 100,000 bookings are imported, in bounded memory', {
  timeout: 300_000,
}, async t => {
  const rig = await onBox(t, { slots });
  const codes = takers(slots);
  await rig.book(...codes);
  let imported = false;
  const from = performance.now();
  const importing = rig.must(['bookings', 'import', '-'], laterBookings(rows, slots)).then(text => {
    imported = true;
    return text;
  });
  const waits: number[] = [];
  let walMb = 0;
  for (const each of codes) {
    if (imported) break;
    waits.push(await waitOf(rig, each));
    walMb = Math.max(walMb, sizeIn(rig, 'smartbox.db-wal') / 1e6);
    await pause(200);
  }
  assert.match(await importing, new RegExp(`${rows} added`));
  const wholeMs = performance.now() - from;
  const worst = Math.max(...waits);
  const figures = [waits.length, wholeMs, worst, walMb, rssMb(rig)].map(Math.round);
  t.diagnostic(`codes, whole ms, worst ms, log MB, RSS MB: ${figures.join(', ')}`);
  assert.ok(waits.length >= 10);
  // In one transaction it was more than a quarter.
  assert.ok(worst < wholeMs / 10, `one waited ${worst.toFixed(0)} of ${wholeMs.toFixed(0)} ms`);
  assert.ok(walMb < 64, `a log of ${walMb.toFixed(0)} MB`);
  assert.ok(rssMb(rig) < 450, `${rssMb(rig).toFixed(0)} MB`);
  assert.equal(await bookingsOf(rig), rows + slots);
});
