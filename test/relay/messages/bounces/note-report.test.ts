/** What follows from a report: of the message, for whoever waits for it, and for whoever has to see to it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silent } from '../../../../src/base/log.ts';
import { type Noted, noteReport } from '../../../../src/relay/messages/bounces/note-report.ts';
import { readReport } from '../../../../src/relay/messages/bounces/report.ts';
import { tellAdmins, tellDriver } from '../../../../src/relay/messages/tell.ts';
import type { RelayStore } from '../../../../src/relay/store/store.ts';
import { onSqliteOrBoth } from '../../stores.ts';
import { type Stage, stageOn } from '../stage.ts';
import { type Bounce, bounceOf } from './reports.ts';

const hourMs = 3_600_000;

onSqliteOrBoth('a report of a mail', source => {
  /** Bea has a mail address and a phone; the account tells by mail first. Her mail has gone. */
  async function sentTo(store?: RelayStore): Promise<{ readonly s: Stage; readonly id: string }> {
    const s = await stageOn(store ?? (await source.fresh()));
    await s.settings({ reminderH: null });
    const booking = await s.book();
    await s.house.receipt(s.box);
    await s.house.act(c => tellDriver(c, { booking, kind: 'access', data: { vehicle: 'Crafter 12' } }));
    await s.turn();
    return { s, id: s.mail.letters[0]?.id ?? '' };
  }
  async function note({ house }: Stage, bounce: Bounce, store = house.store): Promise<Noted | 'no report'> {
    const report = readReport(Buffer.from(bounceOf(bounce)));
    if (report === null) return 'no report';
    const { atRest, random, nowMs: now } = house;
    return await noteReport({ store, atRest, random, now, log: silent }, report);
  }
  const row = ({ house }: Stage) =>
    house.store.db
      .selectFrom('message')
      .select(['state', 'said', 'address', 'sent'])
      .where('channel', '=', 'mail')
      .executeTakeFirstOrThrow();

  for (const [status, diagnostic, state, problem, said] of [
    ['5.1.1', undefined, 'refused', 'message-refused', 'the mail came back (5.1.1)'],
    [
      '5.2.2',
      '552 5.2.2 bea@example.org is full',
      'refused',
      'message-refused',
      'the mail came back (5.2.2)',
    ],
    ['5.7.1', '550 blocked', 'undelivered', 'message-blocked', /refuses mail from this relay \(5\.7\.1\)$/],
    ['4.4.7', undefined, 'undelivered', 'message-undelivered', /not be delivered in time \(4\.4\.7\)$/],
  ] as const)
    test(`that it failed with ${status}: the driver has an SMS at once, once, and the Problem says whose fault it is`, async () => {
      const { s, id } = await sentTo();
      assert.equal(s.sms.letters.length, 0);
      assert.equal(await note(s, { id, status, diagnostic }), 'noted');
      assert.equal(await note(s, { id, status, diagnostic }), 'known');
      const { state: is, said: why, address } = await row(s);
      assert.deepEqual([is, address], [state, null]);
      assert.match(
        why ?? '',
        typeof said === 'string' ? new RegExp(`^${said.replace(/[().]/g, '\\$&')}$`) : said,
      );
      assert.deepEqual(await s.problems(), [problem]);
      await s.turn();
      await s.turn();
      assert.equal(s.sms.letters.length, 1);
      assert.match(s.sms.last, /\d{4} \d{4}/);
      assert.equal(s.mail.letters.length, 1, 'nothing is answered by mail');
    });

  test('that it is late: it may arrive still, and the driver has an SMS meanwhile; that it failed comes later', async () => {
    const { s, id } = await sentTo();
    const late = { id, action: 'delayed', status: '4.4.1' };
    assert.deepEqual([await note(s, late), await note(s, late)], ['noted', 'known']);
    assert.deepEqual([(await row(s)).state, await s.problems()], ['sent', []]);
    await s.turn();
    assert.equal(s.sms.letters.length, 1);
    assert.equal(await note(s, { id, status: '4.4.7' }), 'noted');
    await s.turn();
    assert.deepEqual([(await row(s)).state, s.sms.letters.length], ['undelivered', 1]);
    assert.equal(await note(s, late), 'known');
    assert.equal((await row(s)).state, 'undelivered');
  });

  test('of a mail that we did not send to that address changes nothing', async () => {
    const { s, id } = await sentTo();
    for (const forged of [
      { id, to: 'eve@example.org' },
      { id, to: 'bea@example.org.evil.example' },
      { id: 'm_01hzzzzzzzzzzzzzzzzzzzzzz' },
      { id: `${id}0` },
      { id, to: 'bea@example.org, eve@example.org' },
    ])
      assert.equal(await note(s, forged), 'not-ours', JSON.stringify(forged));
    assert.deepEqual([(await row(s)).state, await s.problems()], ['sent', []]);
  });

  test('of an SMS changes nothing, whoever it names', async () => {
    const { s } = await sentTo();
    const booking = await s.book({ start: s.house.nowMs + 20 * hourMs, end: s.house.nowMs + 21 * hourMs });
    await s.house.receipt(s.box);
    await s.house.act(c => tellDriver(c, { booking, kind: 'access', by: 'sms' }));
    await s.turn();
    const id = s.sms.letters.at(-1)?.id ?? '';
    for (const to of ['+31612345678', 'bea@example.org']) assert.equal(await note(s, { id, to }), 'not-ours');
    assert.deepEqual(await s.problems(), []);
  });

  test('finds its mail however the server writes the address', async () => {
    for (const to of ['BEA@Example.ORG', '<bea@example.org>', ' bea@example.org ']) {
      const { s, id } = await sentTo();
      assert.equal(await note(s, { id, to }), 'noted', to);
    }
  });

  test('that comes before the answer to its sending is not undone by that answer', async () => {
    const s = await stageOn(await source.fresh());
    await s.settings({ reminderH: null });
    const booking = await s.book();
    await s.house.receipt(s.box);
    await s.house.act(c => tellDriver(c, { booking, kind: 'access' }));
    const send = s.mail.send.bind(s.mail);
    s.mail.send = async letter => {
      const outcome = await send(letter);
      assert.equal(await note(s, { id: letter.id }), 'noted');
      return outcome;
    };
    await s.turn();
    const { state, address, sent } = await row(s);
    assert.deepEqual([state, address, sent], ['refused', null, s.house.nowMs]);
    assert.deepEqual(await s.problems(), ['message-refused']);
  });

  test('read by two copies at one time counts once', async () => {
    const { s, id } = await sentTo();
    const other = await source.again(s.house.store);
    const both = await Promise.all([
      note(s, { id }),
      note(s, { id }, other),
      note(s, { id }),
      note(s, { id }, other),
    ]);
    assert.deepEqual(both.sort(), ['known', 'known', 'known', 'noted']);
    await s.turn();
    assert.equal(s.sms.letters.length, 1);
  });

  test('of a mail to an administrator is a Problem, and no mail', async () => {
    const s = await stageOn(await source.fresh());
    await s.settings({ admins: ['boss@example.org'] });
    await s.house.act(c => tellAdmins(c, { kind: 'asked-again' }));
    await s.turn();
    const [letter] = s.mail.letters;
    assert.equal(await note(s, { id: letter?.id ?? '', to: 'boss@example.org' }), 'noted');
    await s.turn();
    assert.deepEqual([s.mail.letters.length, s.sms.letters.length], [1, 0]);
    assert.deepEqual(await s.problems(), ['message-refused']);
  });

  test('of a driver who was erased changes nothing', async () => {
    const { s, id } = await sentTo();
    await s.house.store.write(tx =>
      tx.updateTable('message').set({ address_hash: null, driver: null }).where('id', '=', id).execute(),
    );
    assert.equal(await note(s, { id }), 'not-ours');
  });
});
