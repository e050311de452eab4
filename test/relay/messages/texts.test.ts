/** Every kind of message in every language: nothing missing, nothing broken, nothing that a name can do to it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isForAdmins, messageKinds, saysCode } from '../../../src/relay/core/message-rules.ts';
import { languages } from '../../../src/relay/domain/notify-settings.ts';
import { catalogues } from '../../../src/relay/messages/catalogues.ts';
import { words } from '../../../src/relay/messages/http/driver/texts/all.ts';
import {
  fieldStates,
  type Placeholder,
  placeholders,
  type Values,
} from '../../../src/relay/messages/kinds.ts';
import { acceptedLanguage } from '../../../src/relay/messages/render.ts';
import {
  filled,
  mailOf,
  smsOf,
  unknownPlaceholders,
  usedPlaceholders,
} from '../../../src/relay/messages/template.ts';

const full = Object.fromEntries(placeholders.map(name => [name, `[${name}]`])) as Record<Placeholder, string>;
const values: Values = { ...full, link: 'https://keys.example.org/a/x', code: '4071 8265', check: '123456' };
const parts = ['subject', 'text', 'sms'] as const;

for (const language of languages)
  test(`${language}: every message is whole, and says what the English one says`, () => {
    const { kinds, fields, words: other } = catalogues[language];
    for (const kind of messageKinds) {
      const mail = mailOf(kinds[kind], values, `${other.footer}\n${other.secret}\n${other.footerAdmins}`);
      const sms = smsOf(kinds[kind], values);
      for (const text of [mail.subject, mail.text, mail.html, sms]) {
        assert.doesNotMatch(text, /[{}]|undefined|null|\n{3}/, `${kind}: ${text}`);
        assert.ok(text.trim().length > 10, kind);
      }
      for (const part of parts) {
        assert.deepEqual(unknownPlaceholders(kinds[kind][part]), []);
        const english = new Set(usedPlaceholders(catalogues.en.kinds[kind][part]));
        assert.deepEqual(new Set(usedPlaceholders(kinds[kind][part])), english, `${kind}.${part}`);
      }
      if (saysCode(kind))
        assert.ok(
          mail.text.includes('4071 8265') && mail.html.includes('4071 8265') && sms.includes('4071 8265'),
        );
      assert.ok(!mail.subject.includes('4071'), 'a locked screen shows subjects');
      if (!isForAdmins(kind) && kind !== 'verify-phone')
        assert.ok(mail.text.includes('[phone]'), `${kind}: whom to call`);
      assert.ok(sms.length <= 300, `${kind}: ${sms.length} characters`);
    }
    for (const state of fieldStates) {
      const english = new Set(usedPlaceholders(catalogues.en.fields[state]));
      assert.deepEqual(new Set(usedPlaceholders(fields[state])), english, state);
    }
  });

test('what is not known leaves no hole: no phone, no site, no door, no end', () => {
  const bare: Values = { ...values, phone: '', site: '', slot: '', end: '', again: '' };
  for (const language of languages)
    for (const kind of messageKinds) {
      const { text, html } = mailOf(
        catalogues[language].kinds[kind],
        bare,
        catalogues[language].words.footer,
      );
      for (const each of [text, html])
        assert.doesNotMatch(
          each,
          /[{}]|undefined|(?<!\]): *(?:\n|<\/td>)| [.,!?](?=\s)(?<! [!?])|<td[^>]*><\/td>/,
          `${language} ${kind}: ${each}`,
        );
    }
});

test('fields of the fleet’s system are short enough for 255 characters, with ordinary names', () => {
  const ordinary: Values = {
    ...values,
    box: 'Depot Utrecht Noord',
    slot: '12',
    phone: '+31 20 123 4567',
    window: 'mié, 28 oct 2027, 22:00 CEST – jue, 29 oct 2027, 06:00 CET',
    start: 'mié, 28 oct 2027, 22:00 CEST',
    end: 'mié, 28 oct 2027, 22:00 CEST',
  };
  for (const language of languages)
    for (const state of fieldStates) {
      const text = filled(catalogues[language].fields[state], ordinary).replaceAll('\n', ' ');
      assert.ok(text.length <= 255, `${language} ${state}: ${text.length}`);
    }
});

test('a name is only ever text: no tag, no line, no link of its own', () => {
  const evil = '<img src=x onerror=alert(1)> "quoted" & Söhne\r\nBcc: x@example.net\u2028';
  const hostile: Values = { ...values, driver: evil, vehicle: evil, box: evil, link: 'javascript:alert(1)' };
  const { subject, text, html } = mailOf(catalogues.en.kinds.access, hostile, catalogues.en.words.footer);
  assert.ok(!html.includes('<img') && html.includes('&lt;img'));
  assert.doesNotMatch(html, /href="javascript:/);
  assert.doesNotMatch(subject, /[\r\n\u2028]/);
  assert.ok(subject.length <= 200);
  assert.doesNotMatch(text, /^Bcc/m);
});

test('the language that a browser wants', () => {
  const cases: readonly (readonly [header: string | undefined, language: string | null])[] = [
    ['nl-BE,nl;q=0.9,en;q=0.5', 'nl'],
    ['en;q=0.2, fr;q=0.8', 'fr'],
    ['pt-BR, es;q=0.3', 'es'],
    ['de;q=0, it', null],
    ['*', null],
    ['', null],
    [undefined, null],
  ];
  for (const [header, language] of cases) assert.equal(acceptedLanguage(header), language, header);
});

test('the driver’s page says the same things in every language', () => {
  const shape = (value: unknown): unknown =>
    typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shape(member)]))
      : [...String(value).matchAll(/\{(\w+)\}/g)].map(([name]) => name).toSorted();
  for (const language of languages) assert.deepEqual(shape(words[language]), shape(words.en), language);
});
