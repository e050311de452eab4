/** What a provider tells of an SMS, in whichever order it comes, and what follows for whoever waits for it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome, OutgoingMessage } from '../../../src/relay/messages/channels/channel.ts';
import { type DeliveryNews, noteDelivery } from '../../../src/relay/messages/provider-news.ts';
import { tellDriver } from '../../../src/relay/messages/tell.ts';
import { onSqliteOrBoth } from '../stores.ts';
import { type Stage, stageOn } from './stage.ts';

const minuteMs = 60_000;
const lost = { is: 'undelivered', said: 'not delivered (Twilio error 30007)' } as const;

onSqliteOrBoth('news of an SMS', source => {
  /** Bea has a phone and a mail address, and a booking that begins in 20 minutes; the account tells by both ways, or by SMS first. */
  async function bySms(): Promise<{ readonly s: Stage; readonly booking: string }> {
    const s = await stageOn(await source.fresh());
    await s.settings({ channels: 'both', reminderH: null });
    const booking = await s.book({ start: s.house.nowMs + 20 * minuteMs });
    await s.house.receipt(s.box);
    return { s, booking };
  }
  const note = ({ house }: Stage, news: DeliveryNews): Promise<void> =>
    noteDelivery({ store: house.store, atRest: house.atRest, random: house.random, now: house.nowMs }, news);

  /** Sends as a provider that tells what became of the message before it answers. */
  function tellsFirst(s: Stage, news: (id: string) => DeliveryNews, answer: Outcome): void {
    const send = s.sms.send.bind(s.sms);
    s.sms.send = async (letter: OutgoingMessage) => {
      s.sms.send = send;
      s.sms.next = [answer];
      const outcome = await send(letter);
      await note(s, news(letter.id));
      return outcome;
    };
  }
  const smsRow = (s: Stage) =>
    s.house.store.db
      .selectFrom('message')
      .select(['state', 'provider_id', 'address', 'sent'])
      .where('channel', '=', 'sms')
      .executeTakeFirstOrThrow();
  const sid: Outcome = { is: 'sent', providerId: 'SM1' };
  const away: Outcome = { is: 'later', said: 'no answer', whole: true };

  for (const [what, answer, news, state] of [
    ['failed, then the answer', sid, { ...lost, providerId: 'SM1' }, 'undelivered'],
    ['failed, and no answer', away, { ...lost, providerId: 'SM1' }, 'undelivered'],
    ['delivered, then the answer', sid, { is: 'delivered', providerId: 'SM1' }, 'delivered'],
    ['delivered, and no answer', away, { is: 'delivered', providerId: 'SM1' }, 'delivered'],
    ['no more SMS, then the answer', sid, { ...lost, is: 'opted-out', providerId: 'SM1' }, 'opted-out'],
  ] as const)
    test(`may come before the answer to its sending: ${what}`, async () => {
      const { s, booking } = await bySms();
      tellsFirst(s, id => ({ ...news, id }), answer);
      await s.house.act(c => tellDriver(c, { booking, kind: 'access', by: 'sms' }));
      await s.turn();
      const row = await smsRow(s);
      assert.deepEqual(
        [row.state, row.provider_id, row.address, row.sent],
        [state, 'SM1', null, s.house.nowMs],
      );
      assert.deepEqual(await s.problems(), state === 'delivered' ? [] : [`message-${state}`]);
      s.pass(10 * minuteMs);
      await s.turn();
      assert.equal(s.sms.letters.length, 1, 'it is not sent again');
    });

  test('of the first try, when it was tried again, is no news of the second; what has arrived has arrived', async () => {
    const { s, booking } = await bySms();
    await s.house.act(c => tellDriver(c, { booking, kind: 'access', by: 'sms' }));
    s.sms.next = [away, { is: 'sent', providerId: 'SM2' }];
    await s.turn();
    s.pass(minuteMs);
    await s.turn();
    const id = s.sms.letters[0]?.id ?? '';
    await note(s, { ...lost, providerId: 'SM1', id });
    assert.equal((await smsRow(s)).state, 'sent');
    await note(s, { is: 'delivered', providerId: 'SM1', id });
    await note(s, { ...lost, providerId: 'SM2', id });
    assert.equal((await smsRow(s)).state, 'delivered');
    await note(s, { ...lost, providerId: 'SM9', id: 'm_nobody' });
    assert.deepEqual(await s.problems(), []);
  });

  test('that did not arrive sends the same by mail at once, with its code, once', async () => {
    const { s, booking } = await bySms();
    await s.house.act(c =>
      tellDriver(c, { booking, kind: 'access', by: 'sms', data: { vehicle: 'Crafter 12' } }),
    );
    await s.turn();
    assert.equal(s.mail.letters.length, 0);
    const news = { ...lost, providerId: 'sid-1', id: s.sms.letters[0]?.id ?? '' };
    await note(s, news);
    await note(s, news);
    await s.turn();
    assert.equal(s.mail.letters.length, 1);
    assert.match(s.mail.last, /^Your key for Crafter 12[\s\S]*\n\d{4} \d{4}\n/);
    assert.deepEqual(await s.problems(), ['message-undelivered']);
  });

  test('that did not arrive stays a Problem alone where the account wants SMS only', async () => {
    const { s, booking } = await bySms();
    await s.settings({ channels: 'sms' });
    await s.house.act(c => tellDriver(c, { booking, kind: 'access' }));
    await s.turn();
    await note(s, { ...lost, providerId: 'sid-1' });
    await s.turn();
    assert.deepEqual([s.mail.letters.length, await s.problems()], [0, ['message-undelivered']]);
  });
});
