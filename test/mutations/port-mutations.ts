import { type Mutation, undone } from './mutation.ts';

/** Rows A11 to A22: what comes from outside the box, and what is kept of it. */
export const portMutations: readonly Mutation[] = [
  ...undone(
    'A11',
    'src/box/adapters/serial/ascii.ts',
    ['box/adapters/serial/ascii'],
    [
      'digits behind a greeting are an entry',
      'this.#noisyUntil = after(at, noiseMs);\n    this.#last = null;',
      '',
    ],
    [
      'the rest of an entry that noise has spoilt is judged',
      "this.tally.reject('after-noise');\n",
      "this.tally.reject('after-noise');\n      return;\n",
    ],
    [
      'noise leaves what was typed before it',
      "if (!this.#spoilt && !this.#gate.flooded) out.push({ kind: 'noise' });",
      '',
    ],
    [
      'a worn key is pressed twice',
      'last?.key === key && at - last.at < this.#debounceMs',
      'last?.key === key && at < last.at',
    ],
    [
      'every keypad ends an entry by #',
      '...keys.enter.map(byte => [byte',
      "...['#'.charCodeAt(0)].map(byte => [byte",
    ],
  ),
  ...undone(
    'A12',
    'src/box/panel/keypad-entry.ts',
    ['box/panel/keypad-entry'],
    [
      'silence joins two entries',
      "if (this.#silentAt !== null && this.#time.mono() >= this.#silentAt) this.#cleared('silence');",
      '',
    ],
    ['silence clears without a word', "else this.#cleared('silence');", 'else this.#forget();'],
    ['noise stays in what was typed', "if (this.#held.length > 0) this.#cleared('noise');", ''],
  ),
  ...undone(
    'A13',
    'src/box/control/port-causes.ts',
    ['box/control/port-causes'],
    [
      'pairs of a worn key are not told',
      "if (pairs === 0 || count(rejected, 'bounce') > 0) return null;",
      'if (pairs >= 0) return null;',
    ],
  ),
  ...undone(
    'A14',
    'src/base/phone-number.ts',
    ['base/phone-number'],
    [
      'a number is read in the plan of the box alone',
      'yield valid(digits, region);',
      "yield region === 'NL' ? valid(digits, region) : null;",
    ],
    ['00 is no prefix where people dial 011', '/^(?:00|011)(?=[1-9])/', '/^(?:011)(?=[1-9])/'],
  ),
  ...undone(
    'A14',
    'src/box/panel/phone-search.ts',
    ['box/panel/phone-search'],
    ['a booked number from abroad is not found', 'if (found.length > 0) return { fingerprint, found };', ''],
  ),
  ...undone(
    'A15',
    'src/box/control/port-causes.ts',
    ['box/control/port-causes'],
    ['parity is not named', 'highBits < bytes * highShare', 'highBits <= bytes'],
    ['an enter key that is CR is not named', "['carriage-return', 'CR'],", ''],
    [
      'frames are not named',
      "if (count(counters.rejected, 'frame-mark') < 2) return null;",
      'if (counters.bytes >= 0) return null;',
    ],
  ),
  ...undone(
    'A15',
    'src/box/adapters/serial/line.ts',
    ['box/adapters/serial/line'],
    ['a line with a * is dropped', 'const cleared = text.lastIndexOf(clearKey) + 1;', 'const cleared = 0;'],
  ),
  ...undone(
    'A16',
    'src/base/tag-number.ts',
    ['base/tag-number'],
    [
      'a printed number is taken for what a reader sends',
      "doubt: null } : { is: 'read', number, doubt };",
      "doubt: null } : { is: 'read', number, doubt: null };",
    ],
    ['ten printed digits are hexadecimal', 'const hex = isPrinted(number)', 'const hex = number.length < 0'],
    [
      'numbers that no reader sends are taken',
      'if (uidHexDigits.includes(digits.length))',
      'if (uidHexDigits.includes(0))',
    ],
    ['two printed numbers need not agree', 'last24 !== facility * 65_536 + card', 'last24 < 0'],
  ),
  ...undone(
    'A17',
    'src/wire/mqtt/backoff.ts',
    ['wire/mqtt/parts'],
    [
      'the wait grows although each link was good',
      "if (end !== 'failed' && this.#briefs <= briefMax) this.#ceilingMs = waitFirstMs;",
      '',
    ],
  ),
  ...undone(
    'A17',
    'src/wire/mqtt/silence-limit.ts',
    ['wire/mqtt/idle-cut'],
    [
      'cuts at one same silence shorten nothing',
      'if (regular || swallowed || this.#silentEnds >= silentEndsMax) this.#shorten(end);',
      '',
    ],
    ['a link that is cut for its age pings more and more', 'if (this.#isCutForAge(end)) return true;', ''],
  ),
  ...undone(
    'A18',
    'src/box/core/flapping.ts',
    ['box/core/flapping'],
    ['counts come as often as ever', 'Math.min(each.step + 1, limits.flappingReportedMs.length - 1)', '0'],
    ['a slot that was mended stays counted', "!('slot' in source) || source.slot !== slot", 'true'],
  ),
  ...undone(
    'A18',
    'src/box/core/clock.ts',
    ['box/core/flapping'],
    ['each step of a clock is told', "&& mayTell(draft, { of: 'clock' })", ''],
  ),
  ...undone(
    'A18',
    'src/box/core/sensors.ts',
    ['box/core/flapping'],
    [
      'a move of a key is lost among many changes',
      '    settleCounted(draft, id);\n    doorClosed(draft, id);',
      '    doorClosed(draft, id);',
    ],
  ),
  ...undone(
    'A19',
    'src/box/engine/background.ts',
    ['box/engine/background'],
    ['a change of keys waits for the night', "what === 'keys-changed' || what === 'learn' || ", ''],
  ),
  ...undone(
    'A19',
    'src/box/adapters/sqlite/recover-rows.ts',
    ['box/adapters/sqlite/salvage'],
    [
      'custody is not read of the journal',
      'if (moved !== null && event.key !== undefined) places.set(event.key, moved);',
      '',
    ],
    ['a key that is out has no use that says so', 'keepUses(db, kept);', ''],
    [
      'bookings whose page is gone are not put together',
      "return whole + insert(db, 'booking', rebuilt);",
      "return whole + insert(db, 'booking', rebuilt.slice(0, 0));",
    ],
  ),
  ...undone(
    'A20',
    'src/box/adapters/vault/secret-file.ts',
    ['box/adapters/vault/vault'],
    ['a secret of zeros is believed', 'found.length === bytes && !isBlank(found)', 'found.length === bytes'],
  ),
  ...undone(
    'A20',
    'src/box/control/doctor.ts',
    ['cli/verbs-live'],
    [
      'doctor does not name a secret that was lost',
      'return [...strange, ...lost];',
      'return [...strange, ...lost.slice(0, 0)];',
    ],
  ),
  ...undone(
    'A21',
    'src/base/tty-readers.ts',
    ['base/tty-readers'],
    [
      'whoever else reads the tty is not seen',
      'return isOpen && !files.some',
      'return !isOpen && !files.some',
    ],
  ),
  ...undone(
    'A22',
    'src/box/core/health.ts',
    ['box/core/alarms-over-boot'],
    [
      'a reader that came back while the box was off stays lost',
      "for (const device of lost) sayPort(draft, device, { reason: 'restart' });",
      '',
    ],
  ),
];
