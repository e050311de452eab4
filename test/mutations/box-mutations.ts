import { type Mutation, undone } from './mutation.ts';

/** Rows A1 to A10: stalls, doors, prompts, records. The core has a list of its own beside its tests; here is what that lacks. */
export const boxMutations: readonly Mutation[] = [
  ...undone(
    'A1',
    'src/box/engine/level-catch-up.ts',
    ['box/engine/level-catch-up'],
    [
      'lines are not looked at before a deadline is judged',
      'due === null || due > input.at.mono || this.#heard()',
      'due === null || due > input.at.mono || true',
    ],
    [
      'a sensor that flaps holds deadlines up for ever',
      '#looks > catchUpLimits.looksMax',
      '#looks > 1_000_000',
    ],
  ),
  ...undone(
    'A1',
    'src/box/adapters/gpio/cabinet.ts',
    ['box/adapters/gpio/cabinet-stalls'],
    ['the end of a pulse that is overdue is not waited for', '!this.#locks.owing() && ', ''],
    ['presence goes before the door that moved with it', 'if (door.level === closedLevel) door.hurry();', ''],
    [
      'a whole visit during a stall is not told',
      '...(stirred ? { doorStirred: true } : {})',
      '...(stirred ? {} : {})',
    ],
  ),
  ...undone(
    'A2',
    'src/box/engine/loop.ts',
    ['box/engine/stalls'],
    [
      'a lock opens for whoever was granted it long ago',
      'this.#deps.time.mono() <= effect.until',
      'this.#deps.time.mono() <= effect.until + 3_600_000',
    ],
  ),
  ...undone(
    'A3',
    'src/box/core/sensors.ts',
    ['box/core/bounces'],
    [
      'a door that swings back is forced',
      'shutAt !== null && nowOf(draft) - shutAt < draft.state.rules.doorSettleMs',
      'shutAt !== null && nowOf(draft) < draft.state.rules.doorSettleMs - shutAt',
    ],
    [
      'presence that changes while a door bounces is nobody’s',
      '(slot.bounced || (justSettled',
      '(false || (justSettled',
    ],
  ),
  ...undone(
    'A3',
    'src/box/core/boot.ts',
    ['box/core/bounces'],
    [
      'a door that bounces while the daemon starts again is forced',
      'if (justClosed(draft, slot, reason)) bouncing(draft, slot);',
      'if (justClosed(draft, slot, reason)) resume(draft, slot);',
    ],
  ),
  ...undone(
    'A3',
    'src/box/config/sections.ts',
    ['box/config/box-config'],
    ['no time to settle is configured', 'millis), millis(1_500)),', 'millis), millis(0)),'],
  ),
  ...undone(
    'A4',
    'src/box/panel/credential-lookup.ts',
    ['box/panel/credential-lookup'],
    [
      'a * overtakes the entry whose prompt it leaves',
      'if (this.#behind !== null && this.#behind.length < behindMax) this.#behind.push(next);',
      "if (this.#behind !== null && next.type === 'typed') this.#behind.push(next);",
    ],
  ),
  ...undone(
    'A4',
    'src/box/core/prompt.ts',
    ['box/core/prompt'],
    [
      'what is being typed stays when it was cleared',
      "length: number): void {\n  patch(draft, { typing: null });\n  if (by === 'key') {",
      "length: number): void {\n  if (by === 'key') {",
    ],
  ),
  ...undone(
    'A6',
    'src/box/core/step.ts',
    ['box/core/stray-tags'],
    [
      'the text of an opening that has just ended is written over',
      'if (ended) patch(draft',
      'if (ended && nowOf(draft) < 0) patch(draft',
    ],
  ),
  ...undone(
    'A5',
    'src/box/adapters/serial/tag-hold.ts',
    ['box/adapters/serial/em4100-ascii'],
    [
      'a tag that is read a second time is not told',
      "out.push({ kind: 'tag-again', tag: new Secret(seen.tag) });",
      '',
    ],
    ['each further frame is told anew', '    seen.again = true;\n', ''],
  ),
  ...undone(
    'A7',
    'src/box/engine/outage-journal.ts',
    ['box/engine/outage-journal'],
    ['a return is worth no more than a door', "'key-returned': 'custody',", "'key-returned': 'noise',"],
    [
      'alarms that repeat are a line each',
      'repeated.has(late.entry.type) ? this.#folded(late) : late',
      'late',
    ],
    [
      'half of a round of a key is dropped',
      'if (this.#late[before]?.entry.type !== entry.type) this.#drop(at);',
      '',
    ],
    ['what was dropped is not counted', 'this.#dropped += countOf(gone.entry);', 'this.#dropped += 0;'],
  ),
  ...undone(
    'A8',
    'src/box/core/boot.ts',
    ['box/core/found-back'],
    [
      'a key that came back unrecorded is unexpected',
      "else if (only.place.at === 'out') keyReturned(draft, id, only.name, nobody, 'boot');",
      "else if (only.place.at === 'out') mismatch(draft, id, null, 'unexpected');",
    ],
  ),
  ...undone(
    'A9',
    'src/box/adapters/gpio/locks.ts',
    ['box/adapters/gpio/cabinet-stalls'],
    ['a guard that died is not waited for', 'if (now >= giveUpAt) {', 'if (now >= 0) {'],
    [
      'a lock that was powered late has no whole pulse',
      'if (time.mono() - begunAt >= guardLimits.lateMs) {',
      'if (time.mono() < begunAt) {',
    ],
  ),
  ...undone(
    'A9',
    'src/box/adapters/gpio/guard.ts',
    ['box/adapters/gpio/guard-process'],
    [
      'a guard that died during a pulse is not replaced at once',
      'const waitMs = atOnce ? 0 :',
      'const waitMs = atOnce ? 10_000 :',
    ],
  ),
  ...undone(
    'A10',
    'src/box/core/credential.ts',
    ['box/core/attempts', 'box/core/deciding'],
    [
      'in a lockout the right code reads as a wrong one',
      "return { text: 'wait-or-call' };",
      "return { text: 'refused' };",
    ],
  ),
];
