/** What stands in an SMS besides its words: a link, where the account wants one; the line that binds digits to our page. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languages } from '../../../src/relay/domain/notify-settings.ts';
import { changeTexts } from '../../../src/relay/messages/own-texts.ts';
import { beginPhoneCheck } from '../../../src/relay/messages/phone-check.ts';
import { tellDriver } from '../../../src/relay/messages/tell.ts';
import { onSqliteOrBoth } from '../stores.ts';
import { stageOn } from './stage.ts';

onSqliteOrBoth('an SMS', source => {
  test('holds a link unless the account wants none, and its code all the same; a mail keeps its link', async () => {
    const s = await stageOn(await source.fresh());
    await s.settings({ channels: 'both', reminderH: null });
    const booking = await s.book();
    await s.house.receipt(s.box);
    for (const [smsLink, kind] of [
      [true, 'access'],
      [false, 'access'],
      [false, 'moved'],
      [false, 'fresh-code'],
    ] as const) {
      await s.settings({ smsLink });
      await s.house.act(c => tellDriver(c, { booking, kind }));
      await s.turn();
      assert.equal(s.sms.last.includes('https://'), smsLink, s.sms.last);
      assert.match(s.sms.last, /\d{4} \d{4}/);
      assert.match(s.mail.last, /https:\/\/keys\.example\.org\/a\//);
    }
  });

  test('that proves a number says that it is a code, and binds it to the page, in every language and own words', async () => {
    const s = await stageOn(await source.fresh());
    const check = async (language: (typeof languages)[number]): Promise<string> => {
      s.pass(2 * 3_600_000 + 86_400_000 / languages.length);
      await s.house.act(c => beginPhoneCheck(c, { driver: s.driver, phone: '+31612345678', language }));
      await s.turn();
      return s.sms.last;
    };
    for (const language of languages) {
      const text = await check(language);
      assert.match(text, /^\d{6} .*(code|código)/i);
      const digits = text.slice(0, 6);
      assert.equal(text.split('\n').at(-1), `@keys.example.org #${digits}`);
    }
    await s.house.act(c =>
      changeTexts(
        c,
        { kind: 'verify-phone', language: 'en' },
        { subject: null, text: null, sms: 'Hi {check}' },
      ),
    );
    assert.match(await check('en'), /^Hi (\d{6})\n\n@keys\.example\.org #\1$/);
  });
});
