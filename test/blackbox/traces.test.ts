/** What a technician does leaves a trace, and what a technician types wrong is asked about: one daemon. */
import assert from 'node:assert/strict';
import { lstatSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '../../scripts/rig/until.ts';
import { onBox } from './box.ts';

test('a box says that it is ready; copies and recordings leave events; a slip of the date is asked about', {
  timeout: 90_000,
}, async t => {
  const rig = await onBox(t, { slots: 2 });
  await until('its ready line', () => rig.daemon.stdout.includes('\n'));
  assert.match(rig.daemon.stdout, /^smartboxd: rig is ready, 2 slots; .*control\.sock\n$/);

  const file = join(rig.dir, 'copy.db');
  const victim = join(rig.dir, 'victim');
  writeFileSync(victim, 'precious');
  symlinkSync(victim, `${file}.part`);
  await rig.must(['backup', file, '--who', 'mira']);
  assert.equal(readFileSync(victim, 'utf8'), 'precious');
  assert.ok(lstatSync(file).isFile());
  await rig.must(['serial', 'record', 'front', join(rig.dir, 'rec'), '--for', '1s', '--why', 'new reader']);
  const acts = (await rig.events()).filter(({ type }) => type === 'technician');
  assert.deepEqual(
    acts.map(({ what, device }) => [what, device]),
    [
      ['backup', undefined],
      ['serial-record', 'front'],
    ],
  );

  const slip = await rig.cli(['clock', 'set', '2020-03-01T08:00:00+01:00']);
  assert.equal(slip.code, 1);
  assert.match(slip.stderr, /that is \d+ days .*before.*\nhint: .*--force/);
  assert.equal((await rig.cli(['clock', 'set'])).code, 0);

  const verdict = await rig.cli(['events', 'verify', rig.configFile]);
  assert.equal(verdict.code, 1);
  assert.match(verdict.stderr, /not a journal/);
});

test('power went and came back, twice before the box could tell: the journal says power', {
  timeout: 60_000,
}, async t => {
  const rig = await onBox(t, { slots: 1 });
  await rig.stop('SIGKILL');
  const file = join(rig.data, 'run.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), boot: 'another' }));
  await rig.start();
  const reasons = async (): Promise<readonly unknown[]> =>
    (await rig.events()).filter(({ type }) => type === 'booted').map(({ reason }) => reason);
  assert.deepEqual(await reasons(), ['first-start', 'power']);
  await rig.stop('SIGKILL');
  await rig.start();
  assert.deepEqual(await reasons(), ['first-start', 'power', 'crash']);
});
