import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanLine, lineProblem, shownLine, withoutMarks } from '../../src/base/plain-line.ts';

/** Names of people and things as they are written, in several scripts. */
const names: readonly string[] = [
  ...[
    "Anna O'Neill",
    'Jörg Müller-Lüdenscheidt',
    'Nguyễn Thị Hà',
    'Łukasz',
    'Bus 12 (blue) – depot №3',
    'İstanbul',
  ],
  ...['محمد بن سلمان', 'ישראל ישראלי', '王小明', '山田太郎', '김철수', 'Наталья', 'ನಾರಾಯಣ'],
  // Persian with the non-joiner, Sinhala and Malayalam with the joiner, a Japanese name with its variant.
  ...['علی‌رضا', 'ශ්‍රී', 'നന്‍മ', '葛\u{e0100}城'],
  ...['Van 🚐', 'Crew 👩\u200d🔧', 'Heart ❤\ufe0f', 'Straße\u00a07', 'a\u0301'],
];

for (const name of names)
  test(`name: ${name} stays as it is`, () => {
    assert.equal(lineProblem(name), null);
    assert.equal(withoutMarks(name), name);
    assert.equal(cleanLine(name), name);
    assert.equal(shownLine(name), name);
  });

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

const refused: readonly number[] = [
  ...[...range(0, 0x1f), ...range(0x7f, 0x9f), 0x2028, 0x2029],
  ...[...range(0x202a, 0x202e), ...range(0x2066, 0x2069)],
  ...[0x200b, 0xfeff, ...range(0x2060, 0x2065), ...range(0x206a, 0x206f), 0x180e],
  ...[0x115f, 0x1160, 0x3164, 0xffa0, ...range(0xfff9, 0xfffb), 0xfffe, 0xffff],
  ...[0xe0000, 0xe0001, ...range(0xe0020, 0xe007f), 0x1d173],
  ...[0xd800, 0xdbff, 0xdc00, 0xdfff],
];

test('name: no character that hides, or that turns the text, anywhere in it', () => {
  for (const point of refused) {
    const [char, code] = [
      String.fromCodePoint(point),
      `U+${point.toString(16).toUpperCase().padStart(4, '0')}`,
    ];
    for (const text of [`Van${char}1`, `${char}Van`, `Van${char}`]) {
      const why = lineProblem(text) ?? '';
      assert.match(
        why,
        /\p{Cc}/u.test(char) ? /control character/ : new RegExp(code.replace('+', '\\+')),
        code,
      );
      const cleaned = cleanLine(text);
      assert.equal(lineProblem(cleaned), null, code);
      assert.equal(shownLine(text), text.replace(char, '?'), code);
    }
  }
});

test('name: U+202E is named in what is said, and a pair of surrogates is a character', () => {
  assert.equal(lineProblem('Van \u202e1'), 'holds U+202E, a character that is not seen; type the text anew');
  assert.equal(lineProblem('a\ud83d'), 'holds half of a character (U+D83D)');
  assert.equal(lineProblem('a\ud83d\ude90'), null);
});

test('name: marks that change nothing are left out', () => {
  assert.equal(lineProblem('\u200eVan\u200f 1\u061c'), null);
  assert.equal(withoutMarks('\u200eVan\u200f 1\u061c\u00ad'), 'Van 1');
});

test('name: nothing that is seen is no name', () => {
  for (const text of ['', ' ', '\u00a0\u3000', '\u200d', '\u200e\u200f', '\ufe0f', '\u2800\u2800']) {
    assert.equal(lineProblem(text), 'is empty', JSON.stringify(text));
  }
});

test('name: what others call something loses what hides, and keeps the rest', () => {
  assert.equal(cleanLine('Anna\u202e Smit\u2069\u200b'), 'Anna Smit');
  assert.equal(cleanLine('Anna\nSmit\u2028B'), 'Anna Smit B');
  assert.equal(cleanLine('a\ud83d'), 'a\ufffd');
});
