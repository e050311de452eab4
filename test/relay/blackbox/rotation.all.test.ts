/** A backup from before the relay had a new key, put back under boxes that were led to that key. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePort } from '../../../scripts/rig/mosquitto-server.ts';
import { until } from '../../../scripts/rig/until.ts';
import { Shown } from '../../blackbox/shown.ts';
import { becomes, booked, enrolled, type Whole } from './stage.ts';

interface Sync {
  readonly trouble: string | null;
  readonly ageS: number | null;
}

const problems = async ({ relay, token }: Whole): Promise<string> => {
  const { body } = await relay.ask('GET', '/api/v1/problems', { token });
  const { items } = body as { items: readonly { kind: string; subject: string }[] };
  return items.map(({ kind, subject }) => `${kind} ${subject}`).join(', ');
};

/** The box is reached by nobody, and its own technician is told so, and what to do. */
async function boxSaysSo({ box }: Whole): Promise<void> {
  let said = '';
  await until(
    'the doctor of the box to say it',
    async () => {
      const { code, stdout } = await box.cli(['doctor']);
      said = stdout;
      return code === 1 && /another key/.test(stdout);
    },
    240_000,
  );
  assert.match(said, /BAD .*broker is reached, but the relay signs with another key/);
  assert.match(said, /restored from a backup.*smartbox enroll/s);
  const { stdout } = await box.cli(['status', '--json']);
  const { sync } = JSON.parse(stdout) as { readonly sync: Sync };
  assert.match(sync.trouble ?? '', /another key/);
  assert.ok(sync.ageS !== null, 'the relay of before has vouched');
  const shown = new Shown(box);
  try {
    // What is shown goes by minutes, and a minute may begin between the two looks.
    const minutes = Math.floor(sync.ageS / 60);
    await shown.reads(new RegExp(`Updated (${minutes}|${minutes + 1}) min ago`));
  } finally {
    shown.end();
  }
  const later = JSON.parse((await box.cli(['status', '--json'])).stdout) as { readonly sync: Sync };
  assert.ok((later.sync.ageS ?? 0) >= sync.ageS, 'nobody has vouched since');
}

test('put back over itself it keeps the newer key; put back elsewhere, the relay says why nobody hears it', async t => {
  const sections = {
    http: { listen: `127.0.0.1:${await freePort()}` },
    mqtt: { listen: `127.0.0.1:${await freePort()}` },
  };
  const whole = await enrolled(t, sections);
  const { relay, box, id } = whole;
  const passphrase = join(relay.dir, 'passphrase');
  writeFileSync(passphrase, 'made up for tests\n');
  const file = join(relay.dir, 'backup');
  await relay.must(['backup', file, '--passphrase-file', passphrase]);
  const believed = (): string => readFileSync(join(box.dir, 'data', 'relay.json'), 'utf8');
  const first = believed();
  const rotated = await relay.verb(['key', 'rotate']);
  assert.match(rotated.stderr, /back up now/);
  const bookedBefore = await booked(whole, 1);
  await becomes(whole, bookedBefore, 'on-box');
  await until('the box to be led on', () => believed() !== first, 240_000);
  const restore = ['restore', file, '--passphrase-file', passphrase, '--replace'];

  await relay.stop();
  assert.match((await relay.verb(restore)).stderr, /1 signing keys .* are kept/);
  await relay.start();
  const later = await booked(whole, 2);
  await becomes(whole, later, 'on-box');
  assert.equal(await problems(whole), '');

  await relay.stop();
  rmSync(relay.data, { recursive: true });
  await relay.must(restore);
  await relay.start();
  await until('the Problem', async () => (await problems(whole)).includes(`re-enrol ${id}`), 240_000);
  const checked = await relay.verb(['doctor']);
  assert.match(checked.stdout, new RegExp(`bad: re-enrol: ${id}: .*restore of a backup`));
  assert.equal(checked.code, 1);
  await boxSaysSo(whole);
});
