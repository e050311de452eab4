import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bookingCode } from '../../../src/relay/domain/booking-views.ts';
import { cancelBooking, changeBooking } from '../../../src/relay/domain/bookings.ts';
import { changeDriver, createDriver } from '../../../src/relay/domain/drivers.ts';
import { grouped } from '../../../src/relay/messages/access.ts';
import { listMessages, resendMessage } from '../../../src/relay/messages/messages.ts';
import { Outbox } from '../../../src/relay/messages/outbox.ts';
import { takeMessages } from '../../../src/relay/messages/outbox-rows.ts';
import { changeTexts } from '../../../src/relay/messages/own-texts.ts';
import { tellDriver } from '../../../src/relay/messages/tell.ts';
import { FakeTime } from '../../fake-time.ts';
import { hourMs } from '../domain/house.ts';
import { onSqliteOrBoth } from '../stores.ts';
import { type Stage, stageOn } from './stage.ts';

const minuteMs = 60_000;

const tell = (stage: Stage, booking: string, kind: 'access' | 'cancelled' | 'moved' | 'waiting' = 'access') =>
  stage.house.act(c => tellDriver(c, { booking, kind }));

onSqliteOrBoth('the outbox', source => {
  const stage = async (): Promise<Stage> => stageOn(await source.fresh());

  test('a code goes when the box has it, complete, and into no log, nor is it in the outbox', async () => {
    const s = await stage();
    const id = await s.book();
    await tell(s, id);
    await s.turn();
    assert.deepEqual(s.mail.letters, [], 'the box does not have it yet');
    await s.house.receipt(s.box);
    s.pass(20_000);
    await s.turn();
    const { code } = await s.house.act(c => bookingCode(c, id));
    const said = s.mail.last;
    for (const part of [
      grouped(code),
      'van 1',
      'Depot A',
      'Utrecht Noord',
      'Bea Bakker',
      '+31 20 123 4567',
      'Door 1 opens',
    ])
      assert.ok(said.includes(part), `${part} in ${said}`);
    assert.match(said, /https:\/\/keys\.example\.org\/a\/[A-Za-z0-9_-]{22}\n/);
    assert.deepEqual(
      s.mail.letters.map(({ to }) => to),
      ['bea@example.org'],
    );
    const rows = JSON.stringify(await s.house.store.db.selectFrom('message').selectAll().execute());
    for (const secret of [code, grouped(code), 'bea@example.org', 'Bea'])
      assert.ok(!rows.includes(secret) && !s.lines.join('\n').includes(secret), `${secret} is somewhere`);
    const link = /\/a\/([\w-]{22})/.exec(said)?.[1] ?? '?';
    assert.ok(!s.lines.join('\n').includes(link));
  });

  test('two copies send each message once; one that died leaves it to the other when its lease ends', async () => {
    const s = await stage();
    const id = await s.book();
    await s.house.receipt(s.box);
    await tell(s, id);
    assert.deepEqual(
      await Promise.all([s.turn('one'), s.turn('two')]).then(taken => taken.toSorted()),
      [0, 1],
    );
    assert.equal(s.mail.letters.length, 1);
    const second = await source.again(s.house.store);
    for (let each = 0; each < 12; each += 1) await tell(s, await s.book());
    await s.house.receipt(s.box);
    const taken = await Promise.all([
      s.turn('one'),
      s.turn('two', second),
      s.turn('one'),
      s.turn('two', second),
    ]);
    assert.deepEqual(
      [taken.reduce((sum, each) => sum + each, 0), new Set(s.mail.letters.map(({ id: each }) => each)).size],
      [12, 13],
    );
    await tell(s, id, 'moved');
    const dead = { copy: 'dead', now: s.house.nowMs, until: s.house.nowMs + minuteMs, most: 10 };
    assert.equal((await s.house.store.write(tx => takeMessages(tx, dead))).length, 1);
    assert.equal(await s.turn(), 0);
    s.pass(minuteMs);
    assert.equal(await s.turn(), 1);
    assert.equal(s.mail.letters.length, 14);
  });

  test('it is tried again, later each time; when it would come too late it is a Problem', async () => {
    const s = await stage();
    const id = await s.book({ start: s.house.nowMs, end: s.house.nowMs + 2 * hourMs });
    await s.house.receipt(s.box);
    await tell(s, id);
    const gaps: number[] = [];
    let last = s.house.nowMs;
    s.mail.next = Array.from({ length: 60 }, () => ({
      is: 'later' as const,
      said: 'no reason',
      whole: true,
    }));
    for (let step = 0; step < 180; step += 1) {
      const before = s.mail.letters.length;
      await s.turn();
      if (s.mail.letters.length > before) gaps.push(s.house.nowMs - last);
      if (s.mail.letters.length > before) last = s.house.nowMs;
      s.pass(minuteMs);
    }
    assert.ok(gaps.length > 8 && gaps.length < 30, `${gaps}`);
    // The driver was told by the other way meanwhile, once.
    assert.deepEqual((await s.states()).toSorted(), ['access/mail failed', 'access/sms sent']);
    assert.deepEqual((await s.problems()).toSorted(), ['mail-down', 'message-failed']);
    s.mail.next = [];
    await s.house.act(c => changeBooking(c, id, { end: s.house.nowMs + hourMs }));
    await s.house.receipt(s.box);
    const messages = await s.house.act(c => listMessages(c, {}, { after: null, limit: 10 }));
    const failed = messages.find(({ state }) => state === 'failed');
    await s.house.act(c => resendMessage(c, failed?.id ?? ''));
    await s.turn();
    assert.deepEqual(await s.problems(), [], 'solved by itself');
  });

  test('a relay that is blocked is the way’s fault: one Problem, the other way at once, and mail is tried again', async () => {
    const s = await stage();
    const id = await s.book();
    await s.house.receipt(s.box);
    s.mail.next = [{ is: 'later', said: 'blocked (554 5.7.1)', whole: true, isCertain: true }];
    await tell(s, id);
    await s.turn();
    await s.turn();
    assert.deepEqual((await s.states()).toSorted(), ['access/mail waiting', 'access/sms sent']);
    assert.deepEqual(await s.problems(), ['mail-down']);
    s.pass(minuteMs);
    await s.turn();
    assert.deepEqual((await s.states()).toSorted(), ['access/mail sent', 'access/sms sent']);
    assert.deepEqual(await s.problems(), []);
  });

  test('refused is final, named, and gone with the next that arrives', async () => {
    const s = await stage();
    const id = await s.book();
    await s.house.receipt(s.box);
    s.mail.next = [{ is: 'refused', said: 'the mail server refused it (550)' }];
    const { ids } = await tell(s, id);
    await s.turn();
    s.pass(hourMs / 4);
    await s.turn();
    assert.equal(s.mail.letters.length, 1);
    assert.deepEqual(await s.problems(), ['message-refused']);
    await s.house.act(c => changeDriver(c, s.driver, { email: 'bea.bakker@example.org' }));
    await s.house.act(c => resendMessage(c, ids[0] ?? ''));
    await s.turn();
    assert.equal(s.mail.letters.at(-1)?.to, 'bea.bakker@example.org');
    assert.deepEqual(await s.problems(), []);
  });

  test('nothing goes that is no longer so: cancelled, over, taken, another driver’s', async () => {
    const s = await stage();
    await s.house.receipt(s.box);
    const cancelled = await s.book();
    await tell(s, cancelled);
    await s.house.act(c => cancelBooking(c, cancelled));
    await s.turn();
    const other = await s.book();
    await tell(s, other);
    const { id: carl } = await s.house.act(c => createDriver(c, { name: 'Carl', email: 'carl@example.org' }));
    await s.house.act(c => changeBooking(c, other, { driver: carl }));
    await s.house.receipt(s.box);
    await s.turn();
    const over = await s.book({ start: s.house.nowMs, end: s.house.nowMs + minuteMs });
    await s.house.receipt(s.box);
    await tell(s, over);
    s.pass(2 * minuteMs);
    await s.turn();
    assert.deepEqual(s.mail.letters, []);
    const rows = await s.house.store.db.selectFrom('message').select('said').execute();
    assert.deepEqual(rows.map(({ said }) => said).toSorted(), ['cancelled', 'other-driver', 'too-late']);
  });

  test('whoever a booking is taken from learns that, and neither the new code, page nor name', async () => {
    const s = await stage();
    const id = await s.book();
    const own = { subject: null, text: 'Gone, {driver}.\n{code}\nPage: {link}', sms: null };
    await s.house.act(c => changeTexts(c, { kind: 'cancelled', language: 'en' }, own));
    await tell(s, id, 'cancelled');
    const { id: carl } = await s.house.act(c => createDriver(c, { name: 'Carl', email: 'carl@example.org' }));
    await s.house.act(c => changeBooking(c, id, { driver: carl }));
    await s.house.receipt(s.box);
    await s.turn();
    assert.equal(s.mail.letters[0]?.to, 'bea@example.org');
    assert.match(s.mail.last, /Gone, Bea Bakker\.\n/);
    assert.doesNotMatch(s.mail.last, /Carl|\d{4} \d{4}|\/a\//);
  });

  test('a reminder comes so long before the start, once, and moves with it', async () => {
    const s = await stage();
    await s.settings({ reminderH: 2 });
    const start = s.house.nowMs + 10 * hourMs;
    const id = await s.book({ start, end: start + hourMs });
    await s.house.receipt(s.box);
    await tell(s, id);
    await s.turn();
    s.pass(2 * hourMs);
    await s.house.act(c => changeBooking(c, id, { start: start + hourMs, end: start + 2 * hourMs }));
    await s.house.receipt(s.box);
    await tell(s, id, 'moved');
    await s.turn();
    s.pass(6 * hourMs + minuteMs);
    await s.turn();
    assert.equal(s.mail.letters.length, 2, 'access and moved; the first reminder is void');
    s.pass(hourMs);
    await s.turn();
    await s.turn();
    assert.equal(s.mail.letters.length, 3);
    assert.match(s.mail.last, /^Soon: /);
    assert.deepEqual(await s.states(), [
      'access/mail sent',
      'reminder/mail dropped',
      'moved/mail sent',
      'reminder/mail sent',
    ]);
  });

  test('quiet hours in the zone of the site: what can wait waits, what cannot goes', async () => {
    const s = await stage();
    // 23:30 in Amsterdam, in winter.
    s.house.nowMs = Date.parse('2027-01-15T22:30:00Z');
    await s.settings({ quiet: { from: '22:00', to: '06:30' } });
    const tomorrow = await s.book({ start: s.house.nowMs + 12 * hourMs, end: s.house.nowMs + 13 * hourMs });
    const tonight = await s.book({ start: s.house.nowMs + hourMs, end: s.house.nowMs + 2 * hourMs });
    await s.house.receipt(s.box);
    await tell(s, tomorrow);
    await tell(s, tonight);
    await s.turn();
    assert.equal(s.mail.letters.length, 1);
    const rows = await s.house.store.db
      .selectFrom('message')
      .select(['booking', 'due', 'said'])
      .where('state', '=', 'waiting')
      .where('kind', '=', 'access')
      .execute();
    assert.deepEqual(rows, [{ booking: tomorrow, due: Date.parse('2027-01-16T05:30:00Z'), said: 'quiet' }]);
    s.house.nowMs = Date.parse('2027-01-16T05:30:00Z');
    await s.turn();
    assert.equal(s.mail.letters.length, 2);
  });

  test('the outbox itself: every second, at once when nudged, and it ends', async () => {
    const s = await stage();
    const id = await s.book();
    await s.house.receipt(s.box);
    const time = new FakeTime({ wallMs: s.house.nowMs });
    const outbox = new Outbox({ ...s.parts, time });
    outbox.start();
    await tell(s, id);
    time.advance(1_000);
    await settledTo(() => s.mail.letters.length === 1);
    await settledTo(() => time.armed === 1);
    await tell(s, id, 'moved');
    outbox.nudge();
    await settledTo(() => s.mail.letters.length === 2);
    await outbox.close();
    await tell(s, id, 'moved');
    time.advance(10_000);
    assert.equal(s.mail.letters.length, 2);
  });

  test('a mail server that hangs keeps back no SMS', async () => {
    const s = await stage();
    await s.settings({ channels: 'both', reminderH: null });
    const time = new FakeTime({ wallMs: s.house.nowMs });
    const hangs = { send: () => new Promise<never>(() => {}), close: () => {} };
    const outbox = new Outbox({ ...s.parts, time, channels: { mail: hangs, sms: s.sms } });
    const booked: string[] = [];
    for (let each = 0; each < 40; each += 1) booked.push(await s.book());
    await s.house.receipt(s.box);
    for (const id of booked)
      await s.house.act(c => tellDriver(c, { booking: id, kind: 'access', by: 'mail' }));
    outbox.start();
    time.advance(1_000);
    await settledTo(() => time.armed === 1);
    s.house.nowMs += 1_000;
    await s.house.act(c => tellDriver(c, { booking: booked[0] ?? '', kind: 'moved', by: 'sms' }));
    time.advance(1_000);
    await settledTo(() => s.sms.letters.length === 1);
    // What hangs is left to the next start.
    const closed = outbox.close();
    await settledTo(() => time.armed === 1);
    time.advance(2_000);
    await closed;
  });
});

/** Turns of the event loop until it is so: there is real input and output under a store. */
async function settledTo(isSo: () => boolean): Promise<void> {
  for (let turns = 0; turns < 20_000 && !isSo(); turns += 1)
    await new Promise(resolve => setImmediate(resolve));
  assert.ok(isSo());
}
