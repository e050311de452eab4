/** The mailbox at a real IMAP server: what is read there, what is left alone, and what nobody can do to it by sending mail. */

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { until } from '../../../../scripts/rig/until.ts';
import { silent } from '../../../../src/base/log.ts';
import { Secret } from '../../../../src/base/secret.ts';
import { systemTime } from '../../../../src/base/system-time.ts';
import { Mailbox, type MailboxOptions } from '../../../../src/relay/messages/bounces/mailbox.ts';
import { BounceReader } from '../../../../src/relay/messages/bounces/reader.ts';
import type { Report } from '../../../../src/relay/messages/bounces/report.ts';
import { tellDriver } from '../../../../src/relay/messages/tell.ts';
import { openSqliteStore } from '../../../../src/relay/store/sqlite.ts';
import { type Stage, stageOn } from '../stage.ts';
import { type Dovecot, dovecot, imapPassword, imapUser, withoutDovecot } from './dovecot.ts';
import { bounceOf } from './reports.ts';

const mark = '$SmartBoxRead';
const nothing = (): void => {};

describe('a mailbox at a real IMAP server', { skip: withoutDovecot }, () => {
  let server: Dovecot;
  before(async () => {
    server = await dovecot();
  });
  after(() => server?.dispose());

  const options = (more: Partial<MailboxOptions> = {}): MailboxOptions => ({
    ...{ host: '127.0.0.1', port: server.port, tls: false, startTls: false, ca: null, folder: 'INBOX' },
    ...{ user: imapUser, password: new Secret(imapPassword) },
    ...more,
  });
  const open = (more: Partial<MailboxOptions> = {}) =>
    Mailbox.open(options(more), new AbortController().signal, nothing);
  /** All that there is to read, as ids of messages. */
  async function readAll(mailbox: Mailbox, isOurs = true): Promise<readonly string[]> {
    const ids: string[] = [];
    const read = async (report: Report): Promise<boolean> => {
      ids.push(...report.ids);
      return isOurs;
    };
    while ((await mailbox.look(read, Date.now())).isMore);
    return ids;
  }

  test('gives each report once, marks it, and leaves what people write as it is', async t => {
    const mailbox = await open();
    t.after(() => mailbox.close());
    const from = server.flags().length;
    server.deliver(bounceOf({ id: 'm_1' }));
    server.deliver('From: ann@example.org\nSubject: keys\n\nWhere is my key?\n');
    server.deliver(bounceOf({ id: 'm_2' }));
    assert.deepEqual(await readAll(mailbox), ['m_1', 'm_2']);
    assert.deepEqual(server.flags().slice(from), [`S ${mark}`, '', `S ${mark}`]);
    assert.deepEqual(await readAll(mailbox), []);
    const again = await open();
    t.after(() => again.close());
    assert.deepEqual(await readAll(again), [], 'after a restart neither');
    server.deliver(bounceOf({ id: 'm_3' }));
    assert.deepEqual(await readAll(again, false), ['m_3']);
    assert.deepEqual(
      server.flags().slice(from),
      [`S ${mark}`, '', `S ${mark}`, mark],
      'not ours: for people to see',
    );
  });

  test('gives a report again whose reading failed', async t => {
    const mailbox = await open();
    t.after(() => mailbox.close());
    server.deliver(bounceOf({ id: 'm_4' }));
    server.deliver(bounceOf({ id: 'm_5' }));
    const failing = mailbox.look(() => Promise.reject(new Error('no database')), Date.now());
    await assert.rejects(failing, /no database/);
    assert.deepEqual(await readAll(mailbox), ['m_4', 'm_5']);
  });

  test('is read on behind mails that somebody sends to stop it', { timeout: 120_000 }, async t => {
    const mailbox = await open();
    t.after(() => mailbox.close());
    const head = 'Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n';
    const evil = [
      `${bounceOf({ id: 'm_6', original: 'whole' })}${'x'.repeat(76).concat('\n').repeat(100_000)}`,
      `${head}${'--b\nContent-Type: multipart/report; boundary=b\n\n'.repeat(50_000)}`,
      `X: ${'y'.repeat(3_000_000)}\n${head}x`,
      `${'X: y\n'.repeat(300_000)}${head}x`,
      `Content-Type: multipart/report;${' boundary=""; '.repeat(100_000)}\n\nx`,
      '',
      '\0'.repeat(10_000),
      bounceOf({ id: 'm_7' }).replace('bea@example.org', '\x00\xff{999999999}\\"'),
    ];
    for (const mail of evil) server.deliver(mail);
    for (let at = 0; at < 60; at += 1) server.deliver(`Subject: ${at}\n\nHello\n`);
    server.deliver(bounceOf({ id: 'm_8' }));
    const ids = await readAll(mailbox);
    assert.deepEqual(
      ids.filter(id => id !== 'm_7'),
      ['m_6', 'm_8'],
    );
  });

  test('is had over TLS alone, with its own authority', async () => {
    const ca = readFileSync(server.caFile, 'utf8');
    const good = await open({ port: server.tlsPort, tls: true, ca });
    good.close();
    const bySTARTTLS = await open({ startTls: true, ca });
    bySTARTTLS.close();
    for (const strange of [{ port: server.tlsPort, tls: true }, { startTls: true }])
      await assert.rejects(open(strange), { code: 'bounces-unread' });
  });

  for (const [what, more, message] of [
    ['a wrong password', { password: new Secret('wrong') }, /refuses user or password/],
    ['a folder that is not there', { folder: 'Bounces' }, /no such folder/],
    ['a port where nobody is', { port: 1 }, /ECONNREFUSED/],
  ] as const)
    test(`says what to do about ${what}, and no secret`, async () => {
      await assert.rejects(open(more), (error: Error & { code?: string; hint?: string }) => {
        assert.match(error.message, message);
        assert.match(error.hint ?? '', /mail\.bounces/);
        assert.ok(!`${error.message}${error.hint}`.includes('wrong'));
        return error.code === 'bounces-unread';
      });
    });

  /** Two copies of a relay read on, each with a connection of its own. */
  async function readers(count: number) {
    const file = join(mkdtempSync(join(tmpdir(), 'smartbox-bounces-')), 'relay.db');
    const store = await openSqliteStore({ file, log: silent });
    const s = await stageOn(store);
    await s.settings({ reminderH: null });
    const said: string[] = [];
    const all = Array.from({ length: count }, (_, at) => {
      const parts = { store: s.house.store, atRest: s.house.atRest, random: s.house.random };
      const note = (word: string) => (): void => void said.push(`${at} ${word}`);
      return new BounceReader({
        ...{ ...parts, log: silent, time: systemTime, mailbox: options() },
        ...{ noted: note('noted'), failing: note('failing'), working: note('working') },
      });
    });
    for (const reader of all) reader.start();
    const close = async (): Promise<void> => {
      await Promise.all(all.map(reader => reader.close()));
      await store.close();
      rmSync(dirname(file), { recursive: true });
    };
    return { s, said, close };
  }

  async function sentMail(s: Stage): Promise<string> {
    const booking = await s.book();
    await s.house.receipt(s.box);
    await s.house.act(c => tellDriver(c, { booking, kind: 'access' }));
    await s.turn();
    return s.mail.letters.at(-1)?.id ?? '';
  }

  test('tells of new mail at once, to two copies that note it once, and again after the server was away', {
    timeout: 120_000,
  }, async t => {
    const { s, said, close } = await readers(2);
    t.after(close);
    await until('both read', async () => said.length === 2, 60_000);
    assert.deepEqual([...said].sort(), ['0 working', '1 working']);
    const state = async (id: string) =>
      (await s.house.store.db.selectFrom('message').select('state').where('id', '=', id).executeTakeFirst())
        ?.state;
    const first = await sentMail(s);
    server.deliver(bounceOf({ id: first }));
    await until('it came back', async () => (await state(first)) === 'refused', 50_000);
    await server.stop();
    const second = await sentMail(s);
    server.deliver(bounceOf({ id: second }));
    await server.start();
    await until('it came back', async () => (await state(second)) === 'refused', 60_000);
    assert.equal(said.filter(word => word.endsWith('noted')).length, 2);
    await s.turn();
    assert.equal(s.sms.letters.length, 2);
  });
});
