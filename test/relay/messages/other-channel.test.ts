/** Whoever waits for a code is told by the other way where one fails, whichever way it fails; and no way is tried without end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeDriver } from '../../../src/relay/domain/drivers.ts';
import type { Outcome } from '../../../src/relay/messages/channels/channel.ts';
import { resendMessage } from '../../../src/relay/messages/messages.ts';
import { noteDelivery } from '../../../src/relay/messages/provider-news.ts';
import { queueMessage } from '../../../src/relay/messages/queue.ts';
import { tellDriver } from '../../../src/relay/messages/tell.ts';
import { hourMs } from '../domain/house.ts';
import { onSqliteOrBoth } from '../stores.ts';
import { type Stage, stageOn } from './stage.ts';

const minuteMs = 60_000;
const refused: Outcome = { is: 'refused', said: 'no such address' };
const busy: Outcome = { is: 'later', said: 'the mailbox is busy (450 4.2.1)', whole: false };

onSqliteOrBoth('the other way', source => {
  /** Bea has a mail address and a phone; her booking begins in 20 minutes, unless it is said otherwise. */
  async function told(startMs = 20 * minuteMs): Promise<{ readonly s: Stage; readonly booking: string }> {
    const s = await stageOn(await source.fresh());
    await s.settings({ reminderH: null });
    const start = s.house.nowMs + startMs;
    const booking = await s.book({ start, end: start + 8 * hourMs });
    await s.house.receipt(s.box);
    return { s, booking };
  }
  const tell = (s: Stage, booking: string) =>
    // A moment passes before it is sent, as it does on a real clock.
    s.house.act(c => tellDriver(c, { booking, kind: 'access' })).then(() => s.pass(1_000));
  async function turns(s: Stage, count: number, passMs = 20_000): Promise<void> {
    for (let each = 0; each < count; each += 1) {
      await s.turn();
      s.pass(passMs);
    }
  }

  test('is tried once where both refuse', async () => {
    const { s, booking } = await told();
    s.mail.next = Array.from({ length: 20 }, () => refused);
    s.sms.next = Array.from({ length: 20 }, () => refused);
    await tell(s, booking);
    await turns(s, 12);
    assert.deepEqual((await s.states()).toSorted(), ['access/mail refused', 'access/sms refused']);
  });

  test('is tried once where a number cannot be reached, which its provider tells later, and the mailbox is not there', async () => {
    const { s, booking } = await told();
    s.mail.next = Array.from({ length: 20 }, () => refused);
    const { atRest, random, store } = s.house;
    await tell(s, booking);
    for (let each = 0; each < 6; each += 1) {
      await turns(s, 2);
      const news = { is: 'undelivered', said: 'Twilio error 30003' } as const;
      const sent = s.sms.letters.map((_, index) => `sid-${index + 1}`);
      for (const providerId of sent)
        await noteDelivery({ store, atRest, random, now: s.house.nowMs }, { ...news, providerId });
    }
    assert.deepEqual((await s.states()).toSorted(), ['access/mail refused', 'access/sms undelivered']);
  });

  test('is free again once an administrator sends the message that failed again', async () => {
    const { s, booking } = await told();
    s.mail.next = [refused, refused];
    s.sms.next = [refused];
    await tell(s, booking);
    await turns(s, 3);
    const rows = await s.house.store.db.selectFrom('message').select(['id', 'channel']).execute();
    const id = rows.find(({ channel }) => channel === 'sms')?.id ?? '';
    await s.house.act(c => changeDriver(c, s.driver, { email: 'bea.b@example.org', phone: '+31687654321' }));
    s.sms.next = [refused];
    s.mail.next = [];
    await s.house.act(c => resendMessage(c, id));
    await turns(s, 3);
    assert.equal(s.mail.letters.at(-1)?.to, 'bea.b@example.org');
  });

  test('is taken where the mailbox is only busy, and the booking begins within the hour', async () => {
    const { s, booking } = await told();
    s.mail.next = Array.from({ length: 20 }, () => busy);
    await tell(s, booking);
    await turns(s, 5);
    assert.deepEqual((await s.states()).toSorted(), ['access/mail waiting', 'access/sms sent']);
    assert.deepEqual(await s.problems(), []);
  });

  test('waits while the mailbox is busy and there is time; is taken when nobody tries any longer', async () => {
    const { s, booking } = await told(24 * hourMs);
    s.mail.next = Array.from({ length: 60 }, () => busy);
    await tell(s, booking);
    await turns(s, 6);
    assert.deepEqual(await s.states(), ['access/mail waiting']);
    await turns(s, 70, 15 * minuteMs);
    assert.deepEqual((await s.states()).toSorted(), ['access/mail failed', 'access/sms sent']);
  });

  test('is taken where the number has got as many SMS today as it may', async () => {
    const { s, booking } = await told();
    await s.settings({ channels: 'both', reminderH: null, perPhoneDay: 1 });
    await s.house.act(c => tellDriver(c, { booking, kind: 'access', by: 'sms' }));
    await turns(s, 1);
    await s.house.act(c => tellDriver(c, { booking, kind: 'fresh-code', by: 'sms' }));
    await turns(s, 3);
    assert.deepEqual((await s.states()).toSorted(), [
      'access/sms sent',
      'fresh-code/mail sent',
      'fresh-code/sms dropped',
    ]);
  });

  for (const kind of ['verify-phone', 'old-phone-check'] as const)
    test(`is none for a number that proves a phone: ${kind}`, async () => {
      const { s, booking } = await told();
      s.sms.next = [refused];
      const to = { channel: 'sms', language: 'en', driver: s.driver, booking, to: '+31612345678' } as const;
      await s.house.act(c => queueMessage(c, { ...to, kind, data: { check: '271828' } }));
      await turns(s, 3);
      assert.deepEqual(await s.states(), [`${kind}/sms refused`]);
    });
});
