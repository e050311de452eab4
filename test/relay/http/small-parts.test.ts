import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { html } from '../../../src/base/html.ts';
import { readCursor, writeCursor } from '../../../src/relay/http/api/cursor.ts';
import { readScopes, scopes } from '../../../src/relay/http/api/scopes.ts';
import {
  bearerOf,
  hashSecret,
  newToken,
  readToken,
  sameHash,
  tokenText,
} from '../../../src/relay/http/api/token.ts';
import { Limits } from '../../../src/relay/http/limits.ts';
import { page } from '../../../src/relay/http/pages/page.ts';

test('scopes: short forms mean what they say, and codes are only among those who ask for them', () => {
  assert.deepEqual(readScopes(['admin']).scopes, scopes);
  assert.deepEqual(readScopes(['keys:*', 'codes:read']).scopes, ['keys:read', 'keys:write', 'codes:read']);
  assert.deepEqual(readScopes(['events:read,boxes:read boxes:read']).scopes, ['boxes:read', 'events:read']);
  const { scopes: looking } = readScopes(['read']);
  assert.ok(
    looking.length > 5 && looking.every(scope => scope.endsWith(':read')) && !looking.includes('codes:read'),
  );
  assert.deepEqual(readScopes(['boxes', 'x:*', '']), { scopes: [], unknown: ['boxes', 'x:*'] });
});

test('a token reads back, and nothing that is nearly one does', () => {
  const token = newToken(randomBytes(41));
  const text = tokenText(token);
  assert.deepEqual(readToken(` ${text} `), token);
  assert.deepEqual(bearerOf(`bearer  ${text}`), token);
  for (const bad of ['', text.slice(1), `${text}=`, text.replace('smartbox_', ''), text.toUpperCase()])
    assert.equal(readToken(bad), null, bad);
  for (const header of [undefined, '', text, `Basic ${text}`, `Bearer ${text} ${text}`])
    assert.equal(bearerOf(header), null);
  assert.ok(sameHash(hashSecret(token.secret), hashSecret(token.secret)));
  assert.ok(!sameHash(hashSecret(token.secret), hashSecret('')) && !sameHash('a', 'ab'));
});

test('a cursor of another list, or of somebody’s own making, is refused', () => {
  assert.deepEqual(readCursor(writeCursor(['b_1']), ['']), ['b_1']);
  assert.deepEqual(readCursor(writeCursor([7]), [0]), [7]);
  for (const none of [undefined, '']) assert.equal(readCursor(none, ['']), null);
  for (const bad of [writeCursor([1]), writeCursor([]), writeCursor(['a', 'b']), 'x', '{}', 'bnVsbA'])
    assert.throws(() => readCursor(bad, ['']), { code: 'bad-cursor' }, bad);
  assert.throws(() => readCursor(writeCursor([0.5]), [0]), { code: 'bad-cursor' });
  assert.throws(
    () => readCursor(writeCursor(['\0']), ['']),
    { code: 'bad-cursor' },
    'PostgreSQL takes no NUL',
  );
});

test('tries come back with time, for each caller alone, and no more callers are remembered than stated', () => {
  let now = 0;
  const limits = new Limits({ burst: 2, perMinute: 6 }, 2, () => now);
  assert.deepEqual([limits.take('a'), limits.take('a'), limits.take('a')], [0, 0, 10_000]);
  assert.equal(limits.take('b'), 0);
  now += 10_000;
  assert.deepEqual([limits.wait('a'), limits.take('a'), limits.wait('a')], [0, 0, 10_000]);
  now += 3_600_000;
  assert.deepEqual(
    [limits.take('a'), limits.take('a'), limits.take('a')],
    [0, 0, 10_000],
    'never more than the burst',
  );
  limits.give('a');
  assert.deepEqual([limits.take('a'), limits.take('a')], [0, 10_000]);
  limits.take('b');
  limits.take('c');
  assert.equal(limits.take('a'), 0, 'the one quiet longest was forgotten');
});

/** Tries at these milliseconds, each with how long it has to wait; 0 = it goes ahead. Ten at once, one in 100 ms. */
const courses: Readonly<Record<string, readonly (readonly [atMs: number, waitMs: number])[]>> = {
  'a clock that jumps back gives nothing away, and holds nobody up': [
    ...Array.from({ length: 10 }, () => [3_600_000, 0] as const),
    ...[
      [3_600_000, 100] as const,
      [0, 100] as const,
      [99, 1] as const,
      [100, 0] as const,
      [100, 100] as const,
    ],
  ],
  'a clock that jumps to and fro gives a burst for each hour that it claims, and no more': [
    ...Array.from({ length: 10 }, () => [0, 0] as const),
    ...Array.from({ length: 10 }, () => [3_600_000, 0] as const),
    ...[[3_600_000, 100] as const, [3_600_001, 99] as const],
  ],
  'whoever waits as long as is said goes ahead, and not a millisecond before': [
    ...Array.from({ length: 10 }, () => [0, 0] as const),
    ...[
      [0, 100] as const,
      [50, 50] as const,
      [99, 1] as const,
      [100, 0] as const,
      [199, 1] as const,
      [200, 0] as const,
    ],
  ],
};

for (const [title, course] of Object.entries(courses))
  test(`requests of a token: ${title}`, () => {
    let now = 0;
    const limits = new Limits({ burst: 10, perMinute: 600 }, 3, () => now);
    for (const [at, [atMs, waitMs]] of course.entries()) {
      now = atMs;
      assert.equal(limits.take('a'), waitMs, `try ${at} at ${atMs} ms`);
    }
  });

test('of 100,000 callers the last ones are remembered, as many as stated, each with what it has used', () => {
  const limits = new Limits({ burst: 1, perMinute: 1 }, 1_000, () => 0);
  for (let caller = 0; caller < 100_000; caller += 1) assert.equal(limits.take(`${caller}`), 0);
  for (let caller = 99_000; caller < 100_000; caller += 1) assert.equal(limits.take(`${caller}`), 60_000);
  assert.equal(limits.take('98999'), 0, 'forgotten');
  assert.equal(limits.take('99000'), 0, 'and that one pushed out the oldest');
});

test('what is put into a page is text, whatever it looks like', () => {
  const evil = `<script>"'&`;
  assert.equal(
    html`<p title="${evil}">${evil}</p>`.text,
    '<p title="&lt;script&gt;&quot;&#39;&amp;">&lt;script&gt;&quot;&#39;&amp;</p>',
  );
  assert.equal(
    html`<ul>${[html`<li>${1}</li>`, html`<li>${null}</li>`]}</ul>`.text,
    '<ul><li>1</li><li></li></ul>',
  );
  assert.match(page(evil, html`x`), /<title>&lt;script&gt;/);
});
