import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf } from '../../../src/base/fault.ts';
import type { TimeZone } from '../../../src/base/time-zone.ts';
import { eraseDriver } from '../../../src/relay/domain/driver-erasure.ts';
import { changeDriver } from '../../../src/relay/domain/drivers.ts';
import { changeTexts } from '../../../src/relay/messages/own-texts.ts';
import { noteDelivery, noteReply } from '../../../src/relay/messages/provider-news.ts';
import { tellAdmins, tellDriver } from '../../../src/relay/messages/tell.ts';
import { hourMs } from '../domain/house.ts';
import { onSqliteOrBoth } from '../stores.ts';
import { type Stage, stageOn } from './stage.ts';

const minuteMs = 60_000;

const tell = (stage: Stage, booking: string, kind: 'access' | 'cancelled' | 'moved' | 'waiting' = 'access') =>
  stage.house.act(c => tellDriver(c, { booking, kind }));

onSqliteOrBoth('telling people', source => {
  const stage = async (): Promise<Stage> => stageOn(await source.fresh());

  test('caps: a number gets so many a day and no more; an account waits, and both are said', async () => {
    const s = await stage();
    await s.settings({ channels: 'sms', perPhoneDay: 2, reminderH: null });
    await s.house.receipt(s.box);
    for (let each = 0; each < 3; each += 1) {
      const id = await s.book();
      await s.house.receipt(s.box);
      await tell(s, id);
      await s.turn();
    }
    assert.equal(s.sms.letters.length, 2);
    assert.deepEqual(await s.problems(), ['message-cap']);
    await s.settings({ perPhoneDay: 100, perDay: 2 });
    const id = await s.book();
    await s.house.receipt(s.box);
    await tell(s, id);
    await s.turn();
    assert.equal(s.sms.letters.length, 2);
    assert.equal((await s.states()).filter(state => state === 'access/sms waiting').length, 1);
    await s.settings({ perDay: 100 });
    s.pass(11 * minuteMs);
    await s.turn();
    assert.equal(s.sms.letters.length, 3);
    assert.deepEqual(await s.problems(), []);
  });

  test('STOP ends it for that number, START begins it again; what was not delivered is said', async () => {
    const s = await stage();
    await s.settings({ channels: 'sms', reminderH: null });
    const id = await s.book();
    await s.house.receipt(s.box);
    await tell(s, id);
    await s.turn();
    const news = { store: s.house.store, atRest: s.house.atRest, random: s.house.random, now: s.house.nowMs };
    await noteDelivery(news, { is: 'undelivered', providerId: 'sid-1', said: 'not delivered' });
    assert.deepEqual(await s.problems(), ['message-undelivered']);
    await noteDelivery(news, { is: 'delivered', providerId: 'sid-1' });
    await noteDelivery(news, { is: 'undelivered', providerId: 'sid-1', said: 'late and out of order' });
    await noteDelivery(news, { is: 'delivered', providerId: 'never ours' });
    assert.deepEqual([await s.problems(), await s.states()], [[], ['access/sms delivered']]);
    await noteReply(news, '+31612345678', 'stop');
    await noteReply(news, '+31699999999', 'stop');
    await tell(s, id, 'moved');
    await s.turn();
    assert.equal(s.sms.letters.length, 1);
    assert.deepEqual(await s.problems(), ['message-opted-out']);
    await noteReply(news, '+31612345678', 'start');
    await tell(s, id, 'moved');
    await s.turn();
    assert.deepEqual([s.sms.letters.length, await s.problems()], [2, []]);
  });

  test('ways: mail, SMS, both, or what there is; nobody to write to is a Problem that names the booking', async () => {
    const s = await stage();
    await s.settings({ reminderH: null });
    const id = await s.book();
    await s.house.receipt(s.box);
    for (const [channels, counts] of [
      ['mail', [1, 0]],
      ['sms', [1, 1]],
      ['both', [2, 2]],
      ['mail-or-sms', [3, 2]],
    ] as const) {
      await s.settings({ channels });
      await tell(s, id);
      await s.turn();
      assert.deepEqual([s.mail.letters.length, s.sms.letters.length], counts, channels);
    }
    await s.house.act(c => changeDriver(c, s.driver, { email: null }));
    await tell(s, id);
    await s.turn();
    assert.equal(s.sms.letters.length, 3);
    await s.house.act(c => changeDriver(c, s.driver, { phone: null }));
    await tell(s, id);
    assert.deepEqual(await s.problems(), ['no-address']);
    await s.house.act(c => changeDriver(c, s.driver, { email: 'bea@example.org' }));
    await tell(s, id);
    assert.deepEqual(await s.problems(), []);
  });

  test('administrators are told in the account’s language; an account’s own words replace ours', async () => {
    const s = await stage();
    await s.settings({ admins: ['boss@example.org', 'deputy@example.org'], language: 'de' });
    const start = Date.parse('2027-07-01T06:00:00Z');
    const data = {
      vehicle: 'Crafter 12',
      driver: 'Bea',
      start,
      end: start + hourMs,
      zone: 'Europe/Berlin' as TimeZone,
      link: 'https://keys.example.org/admin',
    };
    await s.house.act(c => tellAdmins(c, { kind: 'prompt', data }));
    await s.turn();
    assert.deepEqual(
      s.mail.letters.map(({ to }) => to),
      ['boss@example.org', 'deputy@example.org'],
    );
    assert.match(
      s.mail.last,
      /^Zu bestätigen: Crafter 12 für Bea\n[\s\S]*Do\., 1\. Juli, 08:00 – 09:00 MESZ/,
    );
    const name = { kind: 'access', language: 'en' } as const;
    const own = { subject: 'Hi {driver}', text: 'Go! {code}', sms: null };
    await s.house.act(c => changeTexts(c, name, own));
    const id = await s.book();
    await s.house.receipt(s.box);
    await tell(s, id);
    await s.turn();
    assert.match(s.mail.last, /^Hi Bea Bakker\nGo! \d{4} \d{4}/);
    const wrong = (text: string) =>
      s.house.act(c => changeTexts(c, name, { subject: null, text, sms: null }));
    await assert.rejects(
      wrong('{code} for {colour}'),
      error => codeOf(error) === 'bad-input' && String(error).includes('{colour}'),
    );
    await assert.rejects(wrong('no code here'), error => codeOf(error) === 'bad-input');
  });

  test('who is erased is written to no more, and nothing of them is left', async () => {
    const s = await stage();
    const id = await s.book();
    await s.house.receipt(s.box);
    await tell(s, id);
    await s.house.act(c => eraseDriver(c, s.driver));
    await s.turn();
    assert.deepEqual(s.mail.letters, []);
    const rows = await s.house.store.db
      .selectFrom('message')
      .select(['address', 'address_hash', 'data'])
      .execute();
    for (const row of rows) assert.deepEqual(Object.values(row), [null, null, null]);
  });
});
