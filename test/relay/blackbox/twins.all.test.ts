/** A card that was copied, with both copies running: two real daemons speak as one box to a real relay. */
import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { test } from 'node:test';
import { Rig } from '../../../scripts/rig/box-rig.ts';
import { until } from '../../../scripts/rig/until.ts';
import { problemsOf, type Shown, stage } from './fault-watch.ts';

test('two running copies of one card are an urgent Problem with advice; the box says where it stands', {
  timeout: 400_000,
}, async t => {
  const whole = await stage(t, {});
  const { relay, box, token, id } = whole;
  let place: unknown = null;
  await until('the place that the box has told', async () => {
    const seen = await relay.ask('GET', `/api/v1/boxes/${id}`, { token });
    place = (seen.body as { readonly place: unknown }).place;
    return place !== null;
  });
  const told = { name: 'Rig', timezone: 'Europe/Amsterdam', region: 'NL', language: 'en', phone: null };
  assert.deepEqual(place, told);
  await box.stop();
  // The machine is the same, as it is for a card that was cloned with its /etc/machine-id.
  const copy = await Rig.make();
  t.after(() => copy.dispose());
  cpSync(box.data, copy.data, { recursive: true });
  await box.start();
  await copy.start();
  let found: Shown | undefined;
  await until(
    'the Problem box-twins',
    async () => {
      found = (await problemsOf(relay, token)).find(({ kind }) => kind === 'box-twins');
      return found !== undefined;
    },
    300_000,
  );
  assert.equal(found?.subject, id);
  assert.match(found?.detail ?? '', /has spoken again after a later one/);
  assert.match(found?.advice ?? '', /Find the second one and switch it off/);
});
