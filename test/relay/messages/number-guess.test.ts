/** SMS to numbers that were read in a region that nobody chose: no stranger gets a code, and the driver gets it in the end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeAccount } from '../../../src/relay/domain/accounts.ts';
import { changeBox } from '../../../src/relay/domain/boxes.ts';
import { changeDriver, driverRow } from '../../../src/relay/domain/drivers.ts';
import { createSite } from '../../../src/relay/domain/sites.ts';
import { beginPhoneCheck } from '../../../src/relay/messages/phone-check.ts';
import { tellDriver } from '../../../src/relay/messages/tell.ts';
import { onSqliteOrBoth } from '../stores.ts';
import { type Stage, stageOn } from './stage.ts';

const minuteMs = 60_000;

onSqliteOrBoth('an SMS to a number without country code', source => {
  /** Nobody has said where the box stands, nor in which region the account is; Bea's number is written as at home. */
  async function nowhere(phone: string, channels: 'mail-or-sms' | 'sms' | 'both'): Promise<Stage> {
    const s = await stageOn(await source.fresh());
    await s.settings({ channels, reminderH: null });
    await s.house.act(c => changeBox(c, s.box, { site: null }));
    await s.house.act(c => changeDriver(c, s.driver, { phone }));
    const booking = await s.book();
    await s.house.receipt(s.box);
    await s.house.act(c => tellDriver(c, { booking, kind: 'access', by: 'sms' }));
    await s.turn();
    return s;
  }
  const siteIn = async (s: Stage, timezone: string): Promise<void> => {
    const site = { name: 'Yard', timezone, language: 'en' };
    const { id } = await s.house.act(c => createSite(c, site));
    await s.house.act(c => changeBox(c, s.box, { site: id }));
    await s.house.receipt(s.box);
  };
  const later = async (s: Stage): Promise<void> => {
    s.pass(minuteMs);
    await s.turn();
    await s.turn();
  };
  const numbers = (s: Stage) => s.sms.letters.map(({ to }) => to);
  const guessed = async (s: Stage) => (await s.problems()).filter(kind => kind === 'phone-region');

  test('waits, and its driver has a mail at once; with the site it goes where the number is at home', async () => {
    const s = await nowhere('0475 12 34 56', 'mail-or-sms');
    assert.deepEqual([numbers(s), await guessed(s)], [[], ['phone-region']]);
    await later(s);
    assert.deepEqual([numbers(s), s.mail.letters.length], [[], 1]);
    await siteIn(s, 'Europe/Brussels');
    await later(s);
    assert.deepEqual([numbers(s), await guessed(s)], [['+32475123456'], []]);
    assert.equal((await s.house.act(c => driverRow(c, s.driver))).phone, '+32475123456');
    assert.match(s.sms.last, /\d{4} \d{4}/);
    await later(s);
    assert.deepEqual([numbers(s).length, s.mail.letters.length], [1, 1], 'once');
  });

  for (const [what, choose, number] of [
    ['the region that was guessed', (s: Stage) => region(s, 'NL'), '+31475123456'],
    ['another region of the account', (s: Stage) => region(s, 'BE'), '+32475123456'],
    ['the number with its country code', (s: Stage) => corrected(s, '+32 475 12 34 56'), '+32475123456'],
    ['another number', (s: Stage) => corrected(s, '+33 6 12 34 56 78'), '+33612345678'],
  ] as const)
    test(`goes once somebody has given ${what}`, async () => {
      const s = await nowhere('0475123456', 'sms');
      await later(s);
      assert.deepEqual([numbers(s), s.mail.letters.length], [[], 0]);
      await choose(s);
      await later(s);
      assert.deepEqual([numbers(s), await guessed(s)], [[number], []]);
    });
  const region = (s: Stage, to: string) => s.house.act(c => changeAccount(c, { region: to }));
  const corrected = (s: Stage, phone: string) => s.house.act(c => changeDriver(c, s.driver, { phone }));

  test('goes on waiting where the number is none in the region that was chosen', async () => {
    const s = await nowhere('0475123456', 'sms');
    await region(s, 'DK');
    await later(s);
    assert.deepEqual(numbers(s), []);
    assert.deepEqual(await guessed(s), ['phone-region']);
  });

  test('never waits where the number has its country code, old plans or new', async () => {
    for (const [written, number] of [
      ['+52 1 55 1234 5678', '+525512345678'],
      ['00229 97 12 34 56', '+2290197123456'],
      ['+225 07 123 456', '+2250707123456'],
      ['+44 7911 123456', '+447911123456'],
      ['+48 512 345 678', '+48512345678'],
    ] as const) {
      const s = await nowhere(written, 'sms');
      assert.deepEqual([numbers(s), await guessed(s)], [[number], []], written);
    }
  });

  test('with digits to prove a number is not begun: the driver is asked for the country code', async () => {
    const s = await nowhere('+32475123456', 'sms');
    const check = { driver: s.driver, phone: '0492 11 22 33', language: 'en' } as const;
    await assert.rejects(
      s.house.act(c => beginPhoneCheck(c, check)),
      { code: 'bad-input', message: /has no country code/ },
    );
    await siteIn(s, 'Europe/Brussels');
    assert.equal(await s.house.act(c => beginPhoneCheck(c, check)), 'sent');
    await later(s);
    assert.equal(numbers(s).at(-1), '+32475123456', 'the number of until now is asked too');
    assert.ok(numbers(s).includes('+32492112233'));
  });
});
