/** Every state of every page, in both languages: markup that is right, and the headers that go with it. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { HtmlValidate } from 'html-validate';
import type { Fixture } from '../../../../scripts/rig/page-fixture.ts';
import { type PageRelay, startPages } from '../../../../scripts/rig/page-relay.ts';
import { pageStates } from '../../../../scripts/rig/page-states.ts';
import { isLongRun } from '../../../seeds.ts';

const validator = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: {
    // Ours is the short form; addresses and times of people are not ours to shape.
    ...{ 'void-style': 'off', 'tel-non-breaking': 'off', 'long-title': 'off' },
    // Written by hand in templates: where a line ends says nothing.
    ...{ 'no-trailing-whitespace': 'off', 'doctype-style': 'off' },
    // A form's button sends it; each says so.
    'no-implicit-button-type': 'error',
  },
});

/** The other one in the long run, which has the pages in a browser in both as well. */
const languages = isLongRun ? ['en', 'nl'] : ['en'];

const relays = new Map<Fixture, Promise<PageRelay>>();
after(async () => {
  for (const relay of relays.values()) await (await relay).close();
});

function relayOf(fixture: Fixture): Promise<PageRelay> {
  const relay = relays.get(fixture) ?? startPages(fixture);
  relays.set(fixture, relay);
  return relay;
}

for (const { name, fixture, path, scopes } of pageStates)
  test(`${name} is well made`, async () => {
    const relay = await relayOf(fixture);
    const cookie = scopes === null ? '' : await relay.cookie(scopes);
    for (const language of languages) {
      const answer = await fetch(relay.url + path, { headers: { cookie, 'accept-language': language } });
      const text = await answer.text();
      const report = await validator.validateString(text);
      const said = report.results.flatMap(({ messages }) =>
        messages.map(each => `${each.line}:${each.column} ${each.ruleId}: ${each.message}`),
      );
      assert.deepEqual(said, []);
      assert.match(
        answer.headers.get('content-security-policy') ?? '',
        /^default-src 'none'; script-src 'self';/,
      );
      assert.equal(answer.headers.get('cache-control'), 'no-store');
      assert.ok(text.length < 60_000, `${text.length} characters`);
      assert.doesNotMatch(text, /<script>|<img|' onfocus|undefined|\[object|NaN/);
    }
  });
