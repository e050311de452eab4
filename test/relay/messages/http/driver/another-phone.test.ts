/** A link opens one booking, not a person: what it takes to set another phone or PIN with it, and who is told. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { silent } from '../../../../../src/base/log.ts';
import { Secret } from '../../../../../src/base/secret.ts';
import { changeDriver, driverView } from '../../../../../src/relay/domain/drivers.ts';
import { startServer } from '../../../../../src/relay/http/server.ts';
import { accessOf } from '../../../../../src/relay/messages/access.ts';
import { driverPages } from '../../../../../src/relay/messages/http/driver/routes.ts';
import { pageLink } from '../../../../../src/relay/messages/links.ts';
import { PinHasher } from '../../../../../src/relay/secrets/pins.ts';
import { onSqliteOrBoth } from '../../../stores.ts';
import { type Stage, stageOn } from '../../stage.ts';

const httpUrl = 'https://keys.example.org';
const own = '+31612345678';
const other = '+31687654321';

interface Page extends Stage {
  post(form: Readonly<Record<string, string>>): Promise<string>;
  /** Six digits of the last SMS to a number; empty: none went there. */
  digits(number: string): string;
  view(): Promise<{ readonly phone: string | null; readonly phoneOpens: boolean; readonly pin: boolean }>;
  pinSet(pin: string): Promise<void>;
}

async function pageOn(t: TestContext, store: Parameters<typeof stageOn>[0]): Promise<Page> {
  const stage = await stageOn(store);
  const { house, driver, sms } = stage;
  const { atRest, random, time } = stage.parts;
  const pins = new PinHasher();
  const server = await startServer({
    ...{ host: '127.0.0.1', port: 0, trustedProxies: ['127.0.0.0/8'], isHttps: true, log: silent },
    routes: app =>
      driverPages(app, { store, atRest, random, time, httpUrl, pins, texts: true, nudge: () => {} }),
  });
  t.after(() => server.close());
  const access = await accessOf(store.db, await stage.book());
  assert.ok(access);
  const path = (await house.act(c => pageLink(c, access, httpUrl))).slice(httpUrl.length);
  let caller = 0;
  return {
    ...stage,
    post: async form => {
      caller += 1;
      const headers = { 'x-forwarded-for': `192.0.2.${caller % 250}` };
      const init = { method: 'POST', body: new URLSearchParams(form), headers };
      const text = await (await fetch(`http://127.0.0.1:${server.port}${path}`, init)).text();
      await stage.turn();
      return text;
    },
    digits: number =>
      /\b(\d{6})\b/.exec(String(sms.letters.findLast(({ to }) => to === number)?.content ?? ''))?.[1] ?? '',
    view: () => house.act(c => driverView(c, driver)),
    pinSet: async pin => {
      const chosen = await pins.hash('main', new Secret(pin));
      await house.act(c => changeDriver(c, driver, { phone: own, phoneOpens: true, pin: chosen }));
    },
  };
}

onSqliteOrBoth('another phone by the link of a booking', source => {
  const page = async (t: TestContext): Promise<Page> => pageOn(t, await source.fresh());

  test('the digits that go to it alone change nothing', async t => {
    const s = await page(t);
    await s.pinSet('271828');
    assert.match(await s.post({ do: 'phone', phone: other }), /PIN until now/);
    const check = s.digits(other);
    assert.equal(check.length, 6);
    for (const old of ['', '0000', check, '271829'])
      assert.match(await s.post({ do: 'check', check, old, pin: '4711' }), /not the PIN/);
    assert.deepEqual(
      [(await s.view()).phone, (await s.problems()).includes('phone-replaced'), s.mail.letters.length],
      [own, false, 0],
    );
  });

  test('with the digits that went to the number until then it does; that number, the mail and the administrators hear of it', async t => {
    const s = await page(t);
    await s.pinSet('271828');
    await s.post({ do: 'phone', phone: other });
    const [check, old] = [s.digits(other), s.digits(own)];
    assert.notEqual(check, old);
    assert.match(String(s.sms.letters.find(({ to }) => to === own)?.content), /ANOTHER phone/);
    assert.match(await s.post({ do: 'check', check, old, pin: '4711' }), /from now on \+31687654321/);
    assert.equal((await s.view()).phone, other);
    const told = s.sms.letters.findLast(({ to }) => to === own);
    assert.match(String(told?.content), /was changed/);
    assert.doesNotMatch(String(told?.content), /\/a\//, 'whoever has the number now gets no link');
    assert.match(s.mail.last, /What opens your keys has changed/);
    assert.ok((await s.problems()).includes('phone-replaced'));
    await s.house.act(c => changeDriver(c, s.driver, { phoneOpens: true }));
    assert.ok(!(await s.problems()).includes('phone-replaced'), 'an administrator has said so');
  });

  test('with the PIN until then it does too', async t => {
    const s = await page(t);
    await s.pinSet('271828');
    await s.post({ do: 'phone', phone: other });
    const check = s.digits(other);
    assert.match(await s.post({ do: 'check', check, old: '271828', pin: '' }), /from now on \+31687654321/);
    const { phone, phoneOpens, pin } = await s.view();
    assert.deepEqual([phone, phoneOpens, pin], [other, true, true]);
  });

  test('old proofs are guessed five times at most', async t => {
    const s = await page(t);
    await s.pinSet('271828');
    await s.post({ do: 'phone', phone: other });
    const check = s.digits(other);
    for (let guess = 0; guess < 5; guess += 1)
      await s.post({ do: 'check', check, old: `31415${guess}`, pin: '' });
    assert.match(await s.post({ do: 'check', check, old: '271828', pin: '' }), /no longer good/);
    assert.equal((await s.view()).phone, own);
  });

  test('a number that was on record and never verified counts as theirs all the same', async t => {
    const s = await page(t);
    await s.post({ do: 'phone', phone: other });
    const check = s.digits(other);
    assert.match(await s.post({ do: 'check', check, old: '', pin: '4711' }), /not the PIN/);
    assert.equal((await s.view()).phone, own);
  });

  test('a PIN of somebody without a phone is not replaced by a first phone', async t => {
    const s = await page(t);
    await s.pinSet('271828');
    await s.house.act(c => changeDriver(c, s.driver, { phone: null, phoneOpens: false }));
    await s.post({ do: 'phone', phone: other });
    const check = s.digits(other);
    assert.match(await s.post({ do: 'check', check, old: '', pin: '4711' }), /not the PIN/);
    assert.match(await s.post({ do: 'check', check, old: '271828', pin: '4711' }), /from now on/);
  });

  test('who has nothing yet sets a first phone with the digits that go to it, and mail tells them', async t => {
    const s = await page(t);
    await s.house.act(c => changeDriver(c, s.driver, { phone: null }));
    assert.doesNotMatch(await s.post({ do: 'phone', phone: other }), /PIN until now/);
    assert.match(await s.post({ do: 'check', check: s.digits(other), pin: '4711' }), /from now on/);
    assert.match(s.mail.last, /What opens your keys has changed/);
    assert.ok(!(await s.problems()).includes('phone-replaced'));
  });

  test('a new PIN for the same number takes the digits that go to it, and mail tells of it', async t => {
    const s = await page(t);
    await s.pinSet('271828');
    assert.doesNotMatch(await s.post({ do: 'phone', phone: own }), /PIN until now/);
    assert.match(await s.post({ do: 'check', check: s.digits(own), pin: '4711' }), /from now on/);
    assert.match(s.mail.last, /What opens your keys has changed/);
  });

  test('a PIN that is trivial, or in the number, is none', async t => {
    const s = await page(t);
    await s.post({ do: 'phone', phone: own });
    const check = s.digits(own);
    for (const pin of ['0000', '345678', '9876', '5678', '06123'])
      assert.match(await s.post({ do: 'check', check, pin }), /A PIN has 4 to 8 digits/, pin);
    assert.equal((await s.view()).pin, false);
  });
});
