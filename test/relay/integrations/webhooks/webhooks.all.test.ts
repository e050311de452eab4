/** What an address is told, in which order, and what happens where it does not answer: on both engines, with a receiver that is called. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { storeEvents } from '../../../../scripts/rig/store-events.ts';
import { createBooking } from '../../../../src/relay/domain/bookings.ts';
import { eraseDriver } from '../../../../src/relay/domain/driver-erasure.ts';
import { createDriver } from '../../../../src/relay/domain/drivers.ts';
import { clearProblem, raiseProblem } from '../../../../src/relay/domain/problems.ts';
import { webhookTypes } from '../../../../src/relay/integrations/webhooks/event-types.ts';
import { webhookRow } from '../../../../src/relay/integrations/webhooks/webhook-rows.ts';
import {
  changeWebhook,
  removeWebhook,
  rollWebhookSecret,
  testWebhook,
} from '../../../../src/relay/integrations/webhooks/webhooks.ts';
import { boxWithKeys, hourMs } from '../../domain/house.ts';
import { onBothStores, type StoreSource } from '../../stores.ts';
import { type Received, WebhookRig } from './rig.ts';

/** By the rules of Standard Webhooks, not by the code that signs. */
function isSigned({ headers, text }: Received, secret: string): boolean {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${text}`;
  const wanted = `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
  return String(headers['webhook-signature']).split(' ').includes(wanted);
}

const withRig = (source: StoreSource, work: (rig: WebhookRig) => Promise<void>) => async () => {
  const rig = await WebhookRig.start(await source.fresh());
  try {
    await work(rig);
  } finally {
    await rig.stop();
  }
};

async function bookedBy(
  rig: WebhookRig,
  name: string,
): Promise<{ readonly driver: string; readonly booking: string }> {
  const { keys } = await boxWithKeys(rig.house, 1);
  const now = rig.time.wall();
  const driver = await rig.act(c =>
    createDriver(c, { name, email: 'zoe@example.org', phone: '+31612345678' }),
  );
  const wish = { key: keys[0] ?? '', driver: driver.id, start: now + hourMs, end: now + 9 * hourMs };
  const booking = await rig.act(c => createBooking(c, wish));
  return { driver: driver.id, booking: booking.id };
}

const typesOf = (rig: WebhookRig): readonly string[] => rig.receiver.got.map(({ event }) => event.type);

onBothStores('webhooks', source => {
  test(
    'a booking is told as a signed CloudEvent, without a name, a number or a code',
    withRig(source, async rig => {
      const { id, secret } = await rig.listen(['booking.changed']);
      const { driver, booking } = await bookedBy(rig, 'Zoë Kok');
      await rig.until(() => rig.receiver.got.length > 0);
      const [got] = rig.receiver.got;
      assert.ok(got);
      assert.equal(got.headers['content-type'], 'application/cloudevents+json; charset=utf-8');
      assert.ok(isSigned(got, secret));
      assert.equal(got.headers['webhook-id'], got.event.id);
      const { specversion, source: from, type, subject, datacontenttype, sequence, data } = got.event;
      assert.deepEqual(
        { specversion, from, type, subject, datacontenttype, sequence },
        {
          ...{ specversion: '1.0', from: 'https://relay.example', type: 'smartbox.booking.changed' },
          ...{ subject: booking, datacontenttype: 'application/json', sequence: '0000000000000001' },
        },
      );
      assert.equal(data.driver, driver);
      assert.equal(data.state, 'not-sent');
      assert.doesNotMatch(got.text, /Zo|zoe@|3161|names|code/);
      await rig.until(async () => (await rig.deliveries(id))[0]?.state === 'taken');
    }),
  );

  test(
    'names go along where the webhook says so, and are gone with an erased driver, also from what waits',
    withRig(source, async rig => {
      await rig.listen(['booking.changed'], { names: true });
      rig.receiver.answer = () => 503;
      const { driver } = await bookedBy(rig, 'Zoë Kok');
      await rig.until(() => rig.receiver.got.length > 0);
      assert.deepEqual(rig.receiver.got[0]?.event.data.names, {
        driver: 'Zoë Kok',
        key: 'van 1',
        box: 'Depot A',
      });
      await rig.act(context => eraseDriver(context, driver));
      rig.receiver.answer = () => 200;
      const before = rig.receiver.got.length;
      await rig.until(() => rig.receiver.got.length > before + 1);
      for (const { text, event } of rig.receiver.got.slice(before)) {
        assert.doesNotMatch(text, /Zoë/);
        assert.equal(event.data.driver, driver);
      }
    }),
  );

  test(
    'keys and refusals are told from the journal, Problems and silent boxes from how they stand, each once',
    withRig(source, async rig => {
      const { box } = await boxWithKeys(rig.house, 1);
      await rig.act(c => raiseProblem(c, { kind: 'tamper', subject: box }, 'opened by Zoë', { box }));
      await rig.listen(webhookTypes.filter(type => type !== 'booking.changed'));
      await rig.act(async context => {
        const line = (type: string, more: object): string => JSON.stringify({ type, key: 'van 1', ...more });
        const row = { epoch: 1, at: context.now, booking: null, stored: context.now, key: 'van 1', slot: 1 };
        const rows = [
          {
            ...row,
            seq: 1,
            type: 'key-taken',
            driver: 'd_1',
            line: line('key-taken', { by: 'code', proof: 'sensor' }),
          },
          { ...row, seq: 2, type: 'door-opened', driver: null, line: line('door-opened', {}) },
          { ...row, seq: 3, type: 'denied', driver: null, line: line('denied', { reason: 'Zoë said so' }) },
        ];
        await storeEvents(context.tx, { account: 'main', box, enrolment: 1 }, rows);
      });
      await rig.house.events(box, { type: 'booted' });
      await rig.until(() => rig.receiver.got.length >= 2);
      assert.deepEqual(typesOf(rig), ['smartbox.key.taken', 'smartbox.access.denied']);
      const [taken, denied] = rig.receiver.got.map(({ event }) => event.data);
      assert.deepEqual([taken?.slot, taken?.by, taken?.proof, taken?.driver], [1, 'code', 'sensor', 'd_1']);
      assert.match(String(taken?.key), /^k_/);
      assert.equal(denied?.reason, null);
      await rig.act(c => clearProblem(c, { kind: 'tamper', subject: box }));
      const lost = { link: 'lost', link_since: rig.time.wall(), enrolled: 1 } as const;
      await rig.store.write(tx => tx.updateTable('box').set(lost).where('id', '=', box).execute());
      await rig.until(() => rig.receiver.got.length >= 4);
      assert.deepEqual(typesOf(rig).slice(2), ['smartbox.problem.cleared', 'smartbox.box.offline']);
      await rig.store.write(tx => tx.updateTable('box').set({ link: 'up' }).where('id', '=', box).execute());
      await rig.act(c =>
        raiseProblem(c, { kind: 'jammed', subject: `${box}/slot/1` }, 'by Zoë', { box, slot: 1 }),
      );
      await rig.until(() => rig.receiver.got.length >= 6);
      assert.deepEqual(typesOf(rig).slice(4), ['smartbox.problem.opened', 'smartbox.box.online']);
      const sequences = rig.receiver.got.map(({ event }) => event.sequence);
      assert.deepEqual(sequences, [...new Set(sequences)].sort());
      assert.doesNotMatch(rig.receiver.got.map(({ text }) => text).join('\n'), /Zoë/);
    }),
  );

  test(
    'what is not taken is tried again with growing waits, in order, and never in between',
    withRig(source, async rig => {
      const { id } = await rig.listen(['booking.changed']);
      rig.receiver.answer = () => 500;
      await rig.act(c => testWebhook(c, id));
      await rig.until(() => rig.receiver.got.length >= 1);
      await rig.act(c => testWebhook(c, id));
      await rig.until(() => rig.receiver.got.length >= 4);
      const stamps = rig.receiver.got.map(({ headers }) => Number(headers['webhook-timestamp']));
      const waits = stamps.slice(1).map((stamp, at) => stamp - (stamps[at] ?? 0));
      assert.deepEqual(
        waits.map(wait => Math.floor(wait / 10)),
        [1, 2, 4],
        `${waits}`,
      );
      assert.equal(new Set(rig.receiver.got.map(({ event }) => event.id)).size, 1);
      rig.receiver.answer = () => 204;
      await rig.until(async () => (await rig.deliveries(id)).every(({ state }) => state === 'taken'));
      assert.deepEqual(
        rig.receiver.got.slice(-2).map(({ event }) => event.sequence.slice(-1)),
        ['1', '2'],
      );
      assert.equal((await webhookRow({ tx: rig.store.db, account: 'main' }, id)).failing, null);
    }),
  );

  test(
    'an event that is refused again and again is given up, which is a Problem; the next one is sent',
    withRig(source, async rig => {
      const { id } = await rig.listen(['booking.changed']);
      await rig.act(c => testWebhook(c, id));
      await rig.act(c => testWebhook(c, id));
      rig.receiver.answer = ({ event }) => (event.sequence.endsWith('1') ? 422 : 200);
      await rig.until(async () => (await rig.deliveries(id))[1]?.state === 'given-up', { stepMs: 60_000 });
      const given = (await rig.deliveries(id))[1];
      assert.deepEqual([given?.tries, given?.outcome, given?.status], [8, 'refused', 422]);
      await rig.until(async () => (await rig.deliveries(id))[0]?.state === 'taken');
      const problems = await rig.store.db.selectFrom('problem').selectAll().execute();
      assert.deepEqual(
        problems.map(({ kind, subject, cleared }) => [kind, subject, cleared !== null]),
        [['webhook-given-up', id, true]],
      );
    }),
  );

  test(
    'after three days what waits is given up, after a week nothing is sent there any more, until it is switched on',
    withRig(source, async rig => {
      const { id } = await rig.listen(['booking.changed']);
      rig.receiver.answer = () => 500;
      await rig.act(c => testWebhook(c, id));
      const { account } = { account: 'main' };
      const state = async () => (await webhookRow({ tx: rig.store.db, account }, id)).state;
      const hours = { stepMs: 2 * hourMs };
      await rig.until(async () => (await rig.deliveries(id))[0]?.state === 'given-up', hours);
      assert.equal(await state(), 'on');
      for (let day = 0; day < 4; day += 1) {
        await rig.act(c => testWebhook(c, id)).catch(() => {});
        rig.time.advance(24 * hourMs);
      }
      await rig.until(async () => (await state()) === 'disabled', hours);
      const open = await rig.store.db
        .selectFrom('problem')
        .select('kind')
        .where('cleared', 'is', null)
        .execute();
      assert.deepEqual(open, [{ kind: 'webhook-switched-off' }]);
      await assert.rejects(
        rig.act(c => testWebhook(c, id)),
        { code: 'conflict' },
      );
      await rig.act(c => changeWebhook(c, id, { enabled: true }, true));
      rig.receiver.answer = () => 200;
      const { number } = await rig.act(c => testWebhook(c, id));
      await rig.until(async () =>
        (await rig.deliveries(id)).some(each => each.number === number && each.state === 'taken'),
      );
      const left = await rig.store.db
        .selectFrom('problem')
        .select('kind')
        .where('cleared', 'is', null)
        .execute();
      assert.deepEqual(left, []);
    }),
  );

  test(
    'an address that is gone for good is switched off at once; a redirection is not followed',
    withRig(source, async rig => {
      const { id } = await rig.listen(['booking.changed']);
      rig.receiver.headers = { location: rig.address };
      rig.receiver.answer = () => 307;
      await rig.act(c => testWebhook(c, id));
      await rig.until(async () => (await rig.deliveries(id))[0]?.outcome === 'refused');
      assert.equal(rig.receiver.got.length, 1);
      rig.receiver.answer = () => 410;
      await rig.until(async () => (await rig.deliveries(id))[0]?.state === 'given-up');
      assert.equal((await rig.deliveries(id))[0]?.outcome, 'gone');
    }),
  );

  test(
    'a secret that was replaced signs for a day more, and no longer',
    withRig(source, async rig => {
      const { id, secret } = await rig.listen(['booking.changed']);
      const rolled = await rig.act(c => rollWebhookSecret(c, id));
      await rig.act(c => testWebhook(c, id));
      await rig.until(() => rig.receiver.got.length === 1);
      rig.time.advance(24 * hourMs + 1);
      await rig.act(c => testWebhook(c, id));
      await rig.until(() => rig.receiver.got.length === 2);
      const [first, second] = rig.receiver.got as unknown as readonly [Received, Received];
      assert.deepEqual([isSigned(first, secret), isSigned(first, rolled.secret)], [true, true]);
      assert.deepEqual([isSigned(second, secret), isSigned(second, rolled.secret)], [false, true]);
      const { rows } = { rows: await rig.store.db.selectFrom('webhook').selectAll().execute() };
      assert.doesNotMatch(JSON.stringify(rows), /whsec_/);
    }),
  );

  test(
    'of an account without webhooks nothing is written down, and a removed one leaves nothing',
    withRig(source, async rig => {
      await bookedBy(rig, 'Ann');
      const { id } = await rig.listen(['booking.changed']);
      await rig.act(c => removeWebhook(c, id));
      const now = rig.time.wall();
      const { keys } = await boxWithKeys(rig.house, 1);
      await rig.act(c => createBooking(c, { key: keys[0] ?? '', start: now, end: now + hourMs }));
      const work = await rig.store.db.selectFrom('work').select('kind').execute();
      assert.deepEqual(
        work.filter(({ kind }) => /news|webhook/.test(kind)),
        [],
      );
      assert.equal(rig.receiver.got.length, 0);
    }),
  );
});
