/** Accounts as pages meet them: empty, all well, with trouble, and with texts that mean harm. */
import { createBooking } from '../../src/relay/domain/bookings.ts';
import { createBox } from '../../src/relay/domain/boxes.ts';
import type { FollowedContext } from '../../src/relay/domain/followers.ts';
import { createKey } from '../../src/relay/domain/keys.ts';
import { raiseProblem } from '../../src/relay/domain/problems.ts';
import { noteBoxWords } from '../../src/relay/domain/search-words.ts';
import { createSite } from '../../src/relay/domain/sites.ts';
import type { EventType } from '../../src/wire/journal.ts';
import { connectFleet, fleet } from './fleet-fixture.ts';
import { bookEach } from './page-bookings.ts';
import { nowMs } from './page-clock.ts';
import { keysInUse } from './page-fixture-keys.ts';
import { withWebhooks } from './page-webhooks.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export type Fixture = 'empty' | 'well' | 'trouble' | 'bookings' | 'in-use' | 'hostile';

/** As texts that people write: markup, direction marks, long ones, pictures. The domain refuses some today, older rows may have them. */
export const hostile: readonly string[] = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(2)>',
  "' onfocus='alert(3)' autofocus='",
  '\u202egnirts kcab\u202c \u05e9\u05dc\u05d5\u05dd',
  `long${'o'.repeat(50)}`,
  '🚐🔑 Kombi 12 – Zoë',
];

export async function fill(context: FollowedContext, fixture: Fixture): Promise<void> {
  if (fixture === 'empty') return;
  const site = await createSite(context, { name: 'Depot A', timezone: 'Europe/Amsterdam', language: 'nl' });
  const names = fixture === 'hostile' ? hostile : ['Depot A', 'Depot B', 'Airport'];
  for (const [at, name] of names.entries()) {
    const { id } = await createBox(context, { name: `Depot ${at}`, id: `box-${at + 1}`, site: site.id });
    await stock(context, id, `Van ${at + 1}`);
    await heard(context, id, fixture === 'trouble' && at === 1 ? 'lost' : 'up');
    await hung(context, id);
    await told(context, id, fixture);
    await renamed(context, id, { name, keys: fixture === 'hostile' ? name : `Van ${at + 1}` });
  }
  await happened(context, 'box-1', fixture === 'hostile' ? hostile : ['Van 1']);
  const vans = ['Van 1', 'Van 2', 'Van 2 2', 'Van 4', 'Van 5'];
  await connectFleet(context, {
    names: fixture === 'hostile' ? hostile : vans,
    label: fixture === 'hostile' ? (hostile[0] ?? '') : 'Acme Fleet',
  });
  if (fixture === 'bookings') await bookEach(context, ['Ann Bos', 'Ben Kok', 'J. Smit', 'Kim de Vries']);
  if (fixture === 'hostile') await bookEach(context, hostile);
  if (fixture === 'in-use') await keysInUse(context);
  if (fixture !== 'well' && fixture !== 'bookings')
    await trouble(context, fixture === 'hostile' ? hostile : []);
  if (fixture === 'trouble' || fixture === 'hostile')
    await commanded(context, fixture === 'hostile' ? hostile : []);
  if (fixture === 'trouble' || fixture === 'hostile')
    await withWebhooks(context, fixture === 'hostile' ? hostile.join(' ') : 'Our fleet system');
}

async function heard({ tx }: FollowedContext, box: string, link: 'up' | 'lost'): Promise<void> {
  const silentMs = link === 'lost' ? 172 * minuteMs : 12_000;
  await tx
    .updateTable('box')
    .set({
      link,
      link_since: nowMs - 3 * hourMs,
      heard: nowMs - silentMs,
      slots: '1 2 3 4',
      enrolled: nowMs - 72 * hourMs,
      program: '0.9.0',
      clock: 'synced',
      seq: 1_204,
      head: '9f3c'.repeat(16),
      sign: 'a'.repeat(64),
    })
    .where('id', '=', box)
    .execute();
}

/** One key hangs in its door, the other is out by its booking. */
async function hung({ tx }: FollowedContext, box: string): Promise<void> {
  for (const [slot, place] of [
    [1, 'in'],
    [2, 'out'],
  ] as const)
    await tx
      .updateTable('key')
      .set({ place, place_slot: slot, place_since: nowMs - slot * 58 * minuteMs })
      .where('box', '=', box)
      .where('slot', '=', slot)
      .execute();
}

/** One door stands open, and a key hangs where no event has put it. */
async function told({ tx }: FollowedContext, box: string, fixture: Fixture): Promise<void> {
  if (fixture === 'well') return;
  const names = fixture === 'hostile' ? hostile : ['Van 8'];
  const slots = [1, 2, 3, 4].map(slot => ({
    ...{ slot, door: slot === 2 ? 'open' : 'shut', faulted: false },
    key: slot === 3 ? (names[0] ?? null) : null,
  }));
  const state = { v: 1, at: nowMs - 12_000, program: '0.9.0', epoch: 1, rev: 2, boxEpoch: 1, seq: 1_204 };
  const document = JSON.stringify({
    ...{ link: 'up', ...state, syncAgeS: 12, takes: box === 'box-2' ? 'some' : 'all', returns: 'all' },
    ...{ troubles: [], slots },
  });
  await tx
    .insertInto('box_state')
    .values({ box, heard: nowMs - 12_000, at: nowMs - 12_000, document })
    .execute();
}

/** Past the domain, which would refuse some of them. */
async function renamed(
  context: FollowedContext,
  box: string,
  { name, keys }: { readonly name: string; readonly keys: string },
): Promise<void> {
  const { tx } = context;
  await tx.updateTable('box').set({ name }).where('id', '=', box).execute();
  await noteBoxWords(context, { id: box, name });
  const found = await tx.selectFrom('key').select(['id', 'slot']).where('box', '=', box).execute();
  for (const { id, slot } of found)
    await tx
      .updateTable('key')
      .set({ name: slot === 1 ? keys : `${keys} b` })
      .where('id', '=', id)
      .execute();
}

async function stock(context: FollowedContext, box: string, name: string): Promise<void> {
  const start = nowMs + hourMs;
  for (const slot of [1, 2]) {
    const { id } = await createKey(context, { name: `${name} ${slot}`, box, slot });
    await createBooking(context, { key: id, start: start + slot * hourMs, end: start + 8 * hourMs });
  }
  const row = await context.tx
    .selectFrom('box')
    .select('revision')
    .where('id', '=', box)
    .executeTakeFirstOrThrow();
  const known = box === 'box-2' ? row.revision - 1 : row.revision;
  await context.tx
    .updateTable('box')
    .set({ known_epoch: 1, known_rev: known, known_at: nowMs - 14 * minuteMs, dirty: 0 })
    .where('id', '=', box)
    .execute();
}

const story: readonly (readonly [EventType, number])[] = [
  ['booted', 180],
  ['granted', 116],
  ['pulsed', 116],
  ['door-opened', 116],
  ['key-taken', 116],
  ['door-closed', 115],
  ['denied', 31],
  ['key-returned', 1],
];

async function happened(context: FollowedContext, box: string, keys: readonly string[]): Promise<void> {
  const { tx, account } = context;
  for (const [at, [type, minutes]] of story.entries()) {
    const ms = nowMs - minutes * minuteMs;
    const line = JSON.stringify({
      ...{ at: new Date(ms).toISOString(), box: 'depot-a', type, key: keys[at % keys.length], slot: 1 },
      ...(type === 'denied' ? { reason: 'too-early' } : {}),
    });
    const row = { box, enrolment: 1, epoch: 1, seq: at + 1, account, number: at + 1, at: ms, stored: ms };
    await tx
      .insertInto('event')
      .values({ ...row, type, booking: null, line, slot: 1 })
      .execute();
  }
}

async function trouble(context: FollowedContext, texts: readonly string[]): Promise<void> {
  const raised = [
    [
      'box-dark',
      'box-2',
      'Silent since 07:50. 2 bookings start there by noon; their codes were not given out.',
      null,
    ],
    ['door-forced', 'box-1/slot/2', 'Door 2 is open, and nobody was let in.', 2],
    ['bookings-overlap', 'b_1', 'Van 3 is booked by Ann Bos and Ben Kok from 13:00 to 15:00.', null],
    ['key-never-stocked', 'k_1', 'Van 12 is booked from 14:00, and was never seen in its box.', 3],
    ['booking-to-confirm', `${fleet}/801`, 'Van 2 is assigned to J. Smit, and no key is booked yet.', null],
    ['message-undelivered', 'd_nobody/sms', 'SMS: it did not arrive. What to do: ask the driver.', null],
  ] as const;
  for (const [at, [kind, subject, detail, slot]] of raised.entries()) {
    const box = slot === null && kind !== 'box-dark' ? null : subject.startsWith('box-2') ? 'box-2' : 'box-1';
    const text = texts.length === 0 ? detail : (texts[at % texts.length] ?? detail).repeat(at === 0 ? 20 : 1);
    const place = { box, ...(slot === null ? {} : { slot, key: texts[at] ?? 'Van 1' }) };
    await raiseProblem({ ...context }, { kind, subject }, text, place);
  }
  await putOffAndOver(context, texts[0] ?? 'the workshop has it until Monday');
}

async function putOffAndOver(context: FollowedContext, why: string): Promise<void> {
  const { tx } = context;
  await raiseProblem(context, { kind: 'sensor-suspect', subject: 'box-1' }, why, { box: 'box-1', slot: 4 });
  await raiseProblem(context, { kind: 'vehicle-unused', subject: 'int_1/301' }, why);
  const putOff = { snoozed_until: nowMs + 20 * hourMs, snoozed_why: why, snoozed_by: 'Ada Moreno' };
  const over = { cleared: nowMs - hourMs, acknowledged: 'Ada Moreno' };
  const set = (id: string, kind: string, values: typeof putOff | typeof over): Promise<unknown> =>
    tx
      .updateTable('problem')
      .set({ id, ...values })
      .where('kind', '=', kind)
      .execute();
  await set('p_later', 'sensor-suspect', putOff);
  await set('p_over', 'vehicle-unused', over);
}

/** Commands of each fate, and a box that waits for its computer. */
async function commanded(context: FollowedContext, names: readonly string[]): Promise<void> {
  const { tx, account } = context;
  const fates = [
    { outcome: 'done', sent: 40, answered: 39 },
    { outcome: 'slot-busy', sent: 30, answered: 30 },
    { outcome: null, sent: null, answered: null },
    { outcome: null, sent: 1, answered: null },
  ] as const;
  for (const [at, { outcome, sent, answered }] of fates.entries()) {
    const created = nowMs - (sent ?? 20) * minuteMs;
    const body = JSON.stringify({ verb: 'open', slot: 2 });
    const row = { id: `c_${at}`, account, box: 'box-1', who: 'Ada Moreno', body, created };
    await tx
      .insertInto('command')
      .values({
        ...{
          ...row,
          why: names[at] ?? 'the driver stands there',
          not_after: created + 2 * minuteMs,
          outcome,
        },
        ...{ sent: sent === null ? null : created, answered: answered === null ? null : created },
      })
      .execute();
  }
  await createBox(context, { name: 'Harbour', id: 'box-new' });
}
