/** What an administrator reads of every Problem, whatever raised it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { bookingProblems } from '../../../../src/relay/core/problems/bookings.ts';
import { boxProblems } from '../../../../src/relay/core/problems/box.ts';
import { gradeOf, problemFacts, problemKinds } from '../../../../src/relay/core/problems/catalogue.ts';
import { type ProblemTexts, problemLanguages } from '../../../../src/relay/core/problems/facts.ts';
import { fleetioProblems } from '../../../../src/relay/core/problems/fleetio.ts';
import { linkProblems } from '../../../../src/relay/core/problems/link.ts';
import { messageProblems } from '../../../../src/relay/core/problems/messages.ts';
import { operatorProblems } from '../../../../src/relay/core/problems/operator.ts';
import { webhookProblems } from '../../../../src/relay/core/problems/webhooks.ts';
import { readSources } from '../../../tidy/sources.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');

const families = [
  ...[boxProblems, linkProblems, messageProblems, fleetioProblems],
  ...[bookingProblems, webhookProblems, operatorProblems],
];

describe('the catalogue of Problems', () => {
  for (const language of problemLanguages)
    for (const kind of problemKinds)
      test(`${kind} has a short title, its meaning, and advice in whole sentences: ${language}`, () => {
        const { title, meaning, advice } = problemFacts(kind, language);
        assert.ok(title.length >= 8 && title.length <= 60, `title of ${title.length} characters`);
        assert.match(title, /^[A-Z].*[^.]$/);
        for (const said of [meaning, advice]) {
          assert.ok(said.length >= 20 && said.length <= 300, `${said.length} characters: ${said}`);
          assert.match(said, /^[A-Z].*\.$/);
        }
      });

  test('a kind stands in one family only: of two, one would be told in the words of the other', () => {
    const said = families.flatMap(family => Object.entries<ProblemTexts>(family));
    const others = said.filter(([kind, { title }]) => problemFacts(kind).title !== title);
    assert.deepEqual(others, []);
    assert.equal(said.length, problemKinds.length);
  });

  test('no kind says the same in both languages', () => {
    const same = problemKinds.filter(kind => {
      const [en, nl] = [problemFacts(kind, 'en'), problemFacts(kind, 'nl')];
      return en.title === nl.title || en.meaning === nl.meaning || en.advice === nl.advice;
    });
    assert.deepEqual(same, []);
  });

  test('what keeps a driver from a key now is graver than what waits for a decision', () => {
    const kinds = ['jammed', 'box-lost', 'booking-to-confirm', 'of-tomorrow'];
    assert.deepEqual(kinds.map(gradeOf), [0, 1, 2, 2]);
  });

  test('a kind of a newer version is shown under its own name', () => {
    assert.deepEqual(problemFacts('flux-capacitor-dry').title, 'flux-capacitor-dry');
    assert.deepEqual(problemFacts('toString').title, 'toString');
  });

  test('every kind is spoken of outside the catalogue: something raises it and something clears it', () => {
    const elsewhere = [...readSources(root, ['src/relay']).keys()]
      .filter(path => !path.startsWith('src/relay/core/problems/'))
      .map(path => readFileSync(join(root, path), 'utf8'))
      .join('\n');
    const composed: readonly string[] = ['mail-down', 'sms-down'];
    const silent = problemKinds.filter(kind => !composed.includes(kind) && !elsewhere.includes(`'${kind}'`));
    assert.deepEqual(silent, []);
  });
});
