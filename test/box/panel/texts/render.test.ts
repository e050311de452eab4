import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hours, keyName, millis, slotId, wall } from '../../../../src/base/brand.ts';
import type { Screen } from '../../../../src/box/core/screen.ts';
import type { Variants } from '../../../../src/box/panel/texts/catalogue.ts';
import type { Moment, Place, Size } from '../../../../src/box/panel/texts/render.ts';
import { catalogues, createRender, unlimited } from '../../../../src/box/panel/texts/render.ts';

const noon = wall(Date.UTC(2026, 10, 24, 11, 0));
const calm: Moment = { now: noon, syncAge: null, page: 0 };
const place = (language: 'en' | 'nl', more: Partial<Place> = {}): Place => ({
  language,
  boxName: 'Depot A',
  zone: 'Europe/Amsterdam',
  phone: '+31201234567',
  ...more,
});
const usual: Size = { columns: 20, rows: 4, letters: 'ascii' };
const small: Size = { columns: 16, rows: 2, letters: 'ascii' };

const slot = slotId(999);
const key = keyName('Sprinter VAN-1234');
const denials = Object.keys(catalogues.en.denied) as (keyof typeof catalogues.en.denied)[];
/** At least one of every screen, with a long key and the widest slot. */
const screens: readonly Screen[] = [
  { text: 'ready' },
  { text: 'entering', length: 8, what: 'code' },
  { text: 'entering', length: 4, what: 'pin' },
  { text: 'entering', length: 1, what: 'number' },
  { text: 'begin-again' },
  { text: 'take', slot, key },
  { text: 'return', slot, key },
  { text: 'open', slot },
  { text: 'soon', slot },
  { text: 'pin', again: false },
  { text: 'pin', again: true },
  { text: 'checking' },
  ...[true, false].map(
    (again): Screen => ({
      text: 'choose',
      options: [1, 2, 3, 4, 5].map(number => ({ number, for: 'return', key })),
      again,
    }),
  ),
  ...denials.map((reason): Screen => ({ text: 'denied', reason })),
  { text: 'refused' },
  { text: 'wait-or-call' },
  { text: 'pin-locked' },
  { text: 'too-early', from: wall(noon + 3_600_000) },
  { text: 'too-early', from: wall(noon + 86_400_000) },
  { text: 'not-back', key },
  { text: 'box-full' },
  { text: 'wrong-slot', right: slot },
  { text: 'close-door', slot },
  { text: 'taken', key },
  { text: 'returned', key },
  { text: 'not-taken', slot, isSpent: false },
  { text: 'not-taken', slot, isSpent: true },
  { text: 'not-opened', slot, triesLeft: 2 },
  { text: 'not-opened', slot, triesLeft: 0 },
  { text: 'jammed', slot },
  { text: 'found-empty', slot },
  { text: 'transferred', key },
  { text: 'learn-tag', slot, key },
  { text: 'learnt', slot, key },
];
const namesSlot = (screen: Screen): boolean => 'slot' in screen || 'right' in screen;

test('every screen of the type is in this test', () => {
  const tested = new Set(screens.map(({ text }) => text));
  assert.deepEqual(
    Object.keys(catalogues.en).filter(name => name !== 'locale' && !tested.has(name as Screen['text'])),
    [],
  );
});

for (const language of ['en', 'nl'] as const)
  for (const size of [usual, small])
    for (const phone of ['+31201234567', null])
      test(`${language} fits ${size.columns}x${size.rows}, ${phone === null ? 'nobody' : 'somebody'} to call`, () => {
        const render = createRender(place(language, { phone }));
        for (const syncAge of [null, millis(0), hours(30), hours(24 * 400)])
          for (const screen of screens) {
            const rows = render(screen, { ...calm, syncAge }, size);
            const picture = `${screen.text}: ${rows.join(' | ')}`;
            assert.ok(rows.length >= 1 && rows.length <= size.rows, picture);
            for (const row of rows) {
              assert.ok(row.length <= size.columns && row === row.trim() && row !== '', picture);
              assert.match(row, /^[ -~]+$/, picture);
              assert.doesNotMatch(row, /undefined|null|NaN|\?\?|\[object/, picture);
            }
            if (namesSlot(screen)) assert.match(rows.join(' '), /\b999\b/, picture);
          }
      });

test('no message is cut, even on the small display', () => {
  const about = { boxName: 'Depot A', phone: '+31201234567', time: '12:00 CET', syncAge: null };
  for (const language of ['en', 'nl'] as const)
    for (const screen of screens) {
      if (screen.text === 'choose' || screen.text === 'entering' || screen.text === 'too-early') continue;
      const all = catalogues[language];
      const message = screen.text === 'denied' ? all.denied[screen.reason] : all[screen.text];
      const args = screen.text === 'denied' ? [about] : [screen, about];
      const variants = (message as (...args: readonly unknown[]) => Variants)(...args);
      const whole = variants.map(text => text.replaceAll('\n', ' ').replaceAll('–', '-'));
      const shown = createRender(place(language))(screen, calm, small).join(' ');
      assert.ok(whole.includes(shown), `${screen.text} is cut: ${shown}`);
    }
});

test('a take reads as it should', () => {
  const take: Screen = {
    text: 'take',
    slot: slotId(3),
    key: keyName('a key with a name that is far too long'),
  };
  assert.deepEqual(createRender(place('en'))(take, calm, { ...usual, letters: 'unicode' }), [
    'Slot 3 – take key a',
    'key with a name that',
    'is far too long,',
    'close the door',
  ]);
  const short = { ...take, key: keyName('x'.repeat(64)) };
  assert.deepEqual(createRender(place('en'))(short, calm, usual), [
    'Slot 3 - take the',
    'key, close the door',
  ]);
  assert.deepEqual(createRender(place('nl'))(short, calm, unlimited), [
    `Vak 3 – neem sleutel ${'x'.repeat(64)}, sluit de deur`,
  ]);
});

test('ready shows name, time and age of what the box knows', () => {
  const ready: Screen = { text: 'ready' };
  const aged = { ...calm, syncAge: hours(3) };
  assert.deepEqual(createRender(place('en'))(ready, aged, usual), [
    'Depot A',
    '12:00 CET',
    'Type code, then #',
    'Updated 3 h ago',
  ]);
  assert.deepEqual(createRender(place('en'))(ready, aged, small), ['12:00 CET -3 h', 'Code, then #']);
  assert.doesNotMatch(createRender(place('en'))(ready, calm, usual).join(' '), /Updated/);
  assert.match(createRender(place('en'))(ready, { ...calm, syncAge: hours(24 * 9) }, small).join(' '), /9 d/);
});

test('a full box says whom to call', () => {
  for (const size of [usual, small])
    assert.match(createRender(place('nl'))({ text: 'box-full' }, calm, size).join(' '), /\+31201234567/);
});

test('times are those of the site, on both sides of a change of the clocks', () => {
  const render = createRender(place('en'));
  const from = (at: number, now = at): string =>
    render({ text: 'too-early', from: wall(at) }, { ...calm, now: wall(now) }, unlimited).join('');
  assert.match(from(Date.UTC(2026, 9, 25, 0, 30)), /02:30 CEST$/);
  assert.match(from(Date.UTC(2026, 9, 25, 1, 30)), /02:30 CET$/);
  assert.match(from(Date.UTC(2026, 2, 29, 0, 59)), /01:59 CET$/);
  assert.match(from(Date.UTC(2026, 2, 29, 1, 0)), /03:00 CEST$/);
  assert.match(
    from(Date.UTC(2026, 10, 24, 23, 30), Date.UTC(2026, 10, 24, 22, 30)),
    /Wed 25 Nov, 00:30 CET$/,
  );
});

test('zones have the abbreviations that people there use', () => {
  const abbreviation = (zone: string): string =>
    createRender(place('nl', { zone }))(
      { text: 'ready' },
      { ...calm, now: wall(Date.UTC(2026, 6, 1)) },
      unlimited,
    )[1] ?? '';
  assert.match(abbreviation('America/New_York'), / EDT$/);
  assert.match(abbreviation('Europe/London'), / BST$/);
  assert.match(abbreviation('Asia/Kolkata'), / IST$/);
  assert.match(abbreviation('Asia/Tokyo'), / GMT\+9$/);
  assert.match(abbreviation('UTC'), /^00:00 UTC$/);
});

test('long lists go by pages, numbers kept; short ones fit one', () => {
  const options = [1, 2, 3, 4].map(number => ({
    number,
    for: 'take' as const,
    key: keyName(`VAN-${number}`),
  }));
  const show = (count: number, page: number, size: Size): readonly string[] =>
    createRender(place('en'))(
      { text: 'choose', options: options.slice(0, count), again: false },
      { ...calm, page },
      size,
    );
  assert.deepEqual(show(2, 0, usual), ['Number, #', '1 take VAN-1', '2 take VAN-2']);
  assert.deepEqual(show(4, 1, usual), ['Number, # 2/2', '4 take VAN-4']);
  assert.deepEqual(show(4, 2, usual), show(4, 0, usual));
  assert.deepEqual(show(4, -1, small), ['Number, # 4/4', '4 take VAN-4']);
});

test('a hostile key name cannot steer a display', () => {
  const rows = createRender(place('en'))(
    { text: 'returned', key: keyName('a\u001b[2J\u0000\u202eb') },
    calm,
    unlimited,
  );
  assert.deepEqual(rows, ['Key a[2Jb is back. Thank you']);
  assert.deepEqual(createRender(place('en'))({ text: 'returned', key: keyName('Škoda €') }, calm, usual), [
    'Key Skoda ? is back.',
    'Thank you',
  ]);
});

test('what is typed shows as stars, never more than fit', () => {
  const typed = (length: number) =>
    createRender(place('en'))({ text: 'entering', length, what: 'code' }, calm, small);
  assert.deepEqual(typed(4), ['Code: ****']);
  assert.deepEqual(typed(40), ['Code: **********']);
});

test('who must wait half a minute is told so and whom to call; whom that would not help is told to call only', () => {
  for (const [language, wait, call] of [
    ['en', /half a minute and type again, or call \+31201234567/, /[Cc]all \+31201234567/],
    ['nl', /halve minuut en toets opnieuw, of bel \+31201234567/, /[Bb]el \+31201234567/],
  ] as const) {
    const render = createRender(place(language));
    assert.match(render({ text: 'wait-or-call' }, calm, usual).join(' '), wait);
    const locked = render({ text: 'pin-locked' }, calm, usual).join(' ');
    assert.match(locked, call);
    assert.doesNotMatch(locked, /half/);
  }
});
