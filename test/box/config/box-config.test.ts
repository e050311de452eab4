import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { getCountries } from 'libphonenumber-js';
import { millis, minutes } from '../../../src/base/brand.ts';
import type { BoxConfig } from '../../../src/box/config/box-config.ts';
import {
  ConfigProblems,
  problemLines,
  problemsMax,
  readConfig,
  sentenceOf,
} from '../../../src/box/config/box-config.ts';
import { regions } from '../../../src/box/config/regions.ts';
import { full, least, names, parse, problemsOf } from './samples.ts';

function configOf(text: string): BoxConfig {
  const parsed = parse(text);
  assert.ok('config' in parsed, `not valid: ${problemsOf(text).join('; ')}`);
  return parsed.config;
}

test('the printed example is read whole', () => {
  const config = configOf(full);
  assert.equal(config.box.phone, '+31201234567');
  assert.deepEqual(config.gpio, { driver: 'sim', dir: '/run/smartbox/gpio' });
  assert.deepEqual(config.cabinet, {
    ...{ host: '127.0.0.1', port: 8090, keys: [] },
    ...{ cable: null, relay: null, restartedBy: null },
  });
  assert.deepEqual(config.slots[1], {
    id: 2,
    lock: { chip: 'mcp23017', line: 0, activeLevel: 1, pulseMs: 500 },
    door: { chip: 'mcp23017', line: 8, closedLevel: 0, pull: null },
    presence: null,
  });
  assert.equal(config.inputs.powerLow?.activeLevel, 0);
});

test('what is left out has the printed defaults', () => {
  const config = configOf(least);
  assert.equal(config.box.name, 'a');
  assert.equal(config.box.language, 'en');
  assert.equal(config.data, '/var/lib/smartbox');
  assert.equal(config.control, '/run/smartbox/control.sock');
  assert.deepEqual(config.keypad, {
    ...{ path: '/dev/ttyUSB0', baud: 9600, protocol: 'ascii', debounceMs: 0 },
    format: { dataBits: 8, parity: 'none', stopBits: 1 },
    keys: { enter: [0x23], clear: [0x2a] },
  });
  assert.deepEqual(config.readers, []);
  assert.equal(config.slots[0]?.lock.pulseMs, millis(300));
  assert.deepEqual(config.indicators, { green: null, red: null, buzzer: null });
  assert.deepEqual(config.rules, {
    leadMs: minutes(15),
    openWithinMs: millis(20_000),
    doorHeldMs: millis(60_000),
    doorSettleMs: millis(1_500),
    dueSoonMs: minutes(15),
    overdueGraceMs: millis(0),
    maxSyncAgeMs: null,
    badgeNeedsPin: true,
    hasDisplay: false,
  });
});

test('relative paths are meant from the folder of the file, and slots come in order', () => {
  const slot = (id: number, line: number) =>
    `  - { id: ${id}, lock: { chip: c, line: ${line} }, door: { chip: c, line: ${line + 1} } }`;
  const config = configOf(`${least.split('slots:')[0]}data: state\nslots:\n${slot(9, 0)}\n${slot(2, 2)}\n`);
  assert.equal(config.data, '/etc/smartbox/state');
  assert.deepEqual(
    config.slots.map(({ id }) => id),
    [2, 9],
  );
});

test('zones go by their old and new names', () => {
  for (const zone of ['Asia/Kolkata', 'Asia/Calcutta', 'America/New_York', 'Etc/UTC', 'UTC'])
    assert.equal(configOf(full.replace('Europe/Amsterdam', zone)).box.timezone, zone);
});

test('a display can show lists; the page of a cabinet shows no more than the display', () => {
  assert.equal(configOf(full).rules.hasDisplay, true);
  assert.equal(configOf(full.replace(/^display:.*\n/m, '')).rules.hasDisplay, false);
  assert.equal(configOf(`${least}\ndisplay: { path: /dev/ttyS9 }`).rules.hasDisplay, true);
});

/** Each row: what to replace in the full example, by what, and the one problem that this must give. */
const mistakes: readonly (readonly [from: string, to: string, problem: RegExp])[] = [
  ['id: depot-a, ', '', /^box\.id: is missing$/],
  ['id: depot-a', 'id: "depot/a"', /^box\.id: must be letters.*not "depot\/a"$/],
  ['timezone: Europe/Amsterdam', 'timezone: Europe/Amsterdan', /^box\.timezone: must be a time zone/],
  ['timezone: Europe/Amsterdam', 'timezone: "+01:00"', /^box\.timezone: must be a time zone/],
  ['timezone: Europe/Amsterdam', 'timezone: { a: 1 }', /^box\.timezone: .*not a mapping$/],
  ['language: nl', 'language: de', /^box\.language: "de" is not possible/],
  ['region: NL', 'region: nl', /^box\.region: .*not "nl" \(in capitals\)$/],
  ['region: NL', 'region: XX', /^box\.region: must be a country/],
  ['"+31201234567"', '+31201234567', /^box\.phone: .*not 31201234567 \(put it in quotes\)$/],
  ['"+31201234567"', '"0201234567"', /^box\.phone: must be a phone number/],
  ['/var/lib/smartbox', '[a]', /^data: must be a path, not a list$/],
  ['/run/smartbox/control.sock', `/run/${'s'.repeat(110)}`, /^control: is too long for a socket: 115 bytes/],
  [
    'protocol: ascii',
    'protocol: acsii',
    /^keypad\.protocol: "acsii" is not possible – did you mean "ascii"\?$/,
  ],
  ['protocol: em4100-ascii', 'protocol: ascii', /^readers\[0\]\.protocol: "ascii" is not possible/],
  ['baud: 9600, protocol: ascii', 'baud: 9601, protocol: ascii', /^keypad\.baud: 9601 is not possible/],
  ['baud: 9600, protocol: ascii', 'baud: "9600", protocol: ascii', /baud: is text; write 9600 without/],
  ['baud: 9600, protocol: ascii', 'format: 9N1', /^keypad\.format: must be 8N1, 7E1/],
  ['baud: 9600, protocol: ascii', 'debounceMs: 2000', /^keypad\.debounceMs: must be a whole number/],
  ['baud: 9600, protocol: ascii', 'keys: { enter: ["5"] }', /^keypad\.keys\.enter\[0\]: is a digit/],
  ['baud: 9600, protocol: ascii', 'keys: { enter: [] }', /^keypad\.keys\.enter: must have 1 to 8/],
  [
    'baud: 9600, protocol: ascii',
    'keys: { enter: [CR, NONE] }',
    /^keypad\.keys\.enter\[1\]: must be a character/,
  ],
  [
    'baud: 9600, protocol: ascii',
    'keys: { enter: [CR], clear: [0x0D] }',
    /^keypad\.keys\.clear\[0\]: is a key of/,
  ],
  [
    'baud: 9600, protocol: ascii',
    'bawd: 9600, protocol: ascii',
    /^keypad\.bawd: unknown key – did you mean "baud"\?$/,
  ],
  [
    '/dev/smartbox-rfid',
    '/dev/../dev/smartbox-keypad',
    /^readers\[0\]\.path: the serial path .* by keypad\.path$/,
  ],
  ['/dev/smartbox-display', '/dev/smartbox-rfid', /^display\.path: .* by readers\[0\]\.path$/],
  ['driver: sim, dir: /run/smartbox/gpio', 'driver: sim', /^gpio\.dir: is missing/],
  [
    'activeLevel: 1 }',
    'activeLevel: 2 }',
    /^slots\[0\]\.lock\.activeLevel: 2 is not possible; possible: 0, 1$/,
  ],
  [
    'pulseMs: 500',
    'pulseMs: 1001',
    /^slots\[1\]\.lock\.pulseMs: must be a whole number from 50 to 1000, not 1001$/,
  ],
  ['pulseMs: 500', 'pulseMs: 49', /^slots\[1\]\.lock\.pulseMs:/],
  ['pulseMs: 500', 'pulseMs: 99.5', /^slots\[1\]\.lock\.pulseMs:/],
  ['pulseMs: 500', 'pulseMs: "500"', /^slots\[1\]\.lock\.pulseMs: .*not "500"$/],
  ['id: 2', 'id: 1', /^slots\[1\]\.id: the slot 1 is used already, by slots\[0\]\.id$/],
  ['id: 2', 'id: 0', /^slots\[1\]\.id: must be a whole number from 1 to 999/],
  ['line: 27', 'line: 17', /^slots\[0\]\.door\.line: .*pinctrl-bcm2711\/17 .* by slots\[0\]\.lock\.line$/],
  ['line: 10', 'line: 8', /^inputs\.powerLow\.line: .* by slots\[1\]\.door\.line$/],
  ['line: 27', 'line: -1', /^slots\[0\]\.door\.line: must be a whole number from 0/],
  ['chip: mcp23017, line: 0', 'chip: ../x, line: 0', /^slots\[1\]\.lock\.chip: must be a chip's label/],
  ['chip: mcp23017, line: 0', 'chip: .., line: 0', /^slots\[1\]\.lock\.chip: must be a chip's label/],
  ['columns: 20', 'columns: 8', /^display\.columns: must be a whole number from 16 to 80/],
  ['leadMin: 15', 'leadMin: soon', /^rules\.leadMin: .*not "soon"$/],
  ['badgeNeedsPin: true', 'badgeNeedsPin: yes', /^rules\.badgeNeedsPin: must be true or false, not "yes"$/],
  ['127.0.0.1:8090', '0.0.0.0:8090', /^cabinet\.listen: must be a loopback address/],
  ['127.0.0.1:8090', '127.0.0.1:80900', /^cabinet\.listen: must be a loopback address/],
  ['mqtts://relay.example:8883', 'https://relay.example', /^uplink\.url: must be an address/],
  [
    'mqtts://relay.example:8883',
    'mqtt://relay.example',
    /^uplink\.url: is mqtt:\/\/ to another machine.*plain: true/,
  ],
  ['mqtts://relay.example:8883', 'mqtt://10.0.0.4:1883', /^uplink\.url: is mqtt:\/\/ to another machine/],
  ['mqtts://relay.example:8883', '"mqtt://[fd00::1]"', /^uplink\.url: is mqtt:\/\/ to another machine/],
  ['mqtts://relay', 'mqtts://me:secret@relay', /^uplink\.url: must not hold a name or password/],
  ['rules: ', 'rulez: ', /^rulez: unknown key – did you mean "rules"\?$/],
  ['id: 1\n', 'id: 1\n    id: 1\n', /^slots\[0\]\.id: the same key is here twice/],
  ['Depot A', '!!js/function "x"', /^box\.name: tags .* are not used here/],
  ['data: ', '"data\\u0000": x\ndata: ', /^\["data\\u0000"\]: unknown key/],
  ['data: ', '__proto__: { data: 1 }\ndata: ', /^__proto__: unknown key/],
];

for (const [from, to, expected] of mistakes)
  test(`one mistake, one problem: ${to.slice(0, 40).replaceAll('\n', ' ') || `without ${from}`}`, () => {
    assert.ok(full.includes(from), 'the example has that text');
    const problems = problemsOf(full.replace(from, () => to));
    assert.equal(problems.length, 1, problems.join('\n'));
    assert.match(problems[0] ?? '', expected);
  });

test('an input may say its pull, which onoff could not set', () => {
  const withPull = (driver: string) =>
    parse(
      least
        .replace('driver: onoff', `driver: ${driver}`)
        .replace('line: 1 }', 'line: 1, pull: up }, presence: { chip: c, line: 2, pull: none }'),
    );
  for (const driver of ['auto', 'cdev', 'sim, dir: /x']) {
    const parsed = withPull(driver);
    assert.ok('config' in parsed, driver);
    const [slot] = parsed.config.slots;
    assert.deepEqual([slot?.door.pull, slot?.presence?.pull], ['up', 'none']);
  }
  const refused = withPull('onoff');
  assert.ok('problems' in refused);
  assert.match(
    refused.problems.map(sentenceOf).join(),
    /^gpio\.driver: is onoff, which cannot set a pull \(door of slot 7\)/,
  );
  assert.match(
    problemsOf(least.replace('line: 1 }', 'line: 1, pull: left }'))[0] ?? '',
    /pull: "left" is not possible/,
  );
  assert.match(
    problemsOf(least.replace('line: 0 }', 'line: 0, pull: up }'))[0] ?? '',
    /lock\.pull: unknown key/,
  );
});

test('every problem is said at once, with its line', () => {
  const parsed = parse(
    full.replace('id: 2', 'id: 1').replace('line: 27', 'line: x').replace('rows: 4', 'row: 4'),
  );
  assert.ok('problems' in parsed);
  assert.deepEqual(problemLines(new ConfigProblems('box.yaml', parsed.problems)), [
    'box.yaml:11: slots[0].door.line: must be a whole number from 0 to 1023, not "x"',
    'box.yaml:13: slots[1].id: the slot 1 is used already, by slots[0].id',
    'box.yaml:18: display.row: unknown key – did you mean "rows"?',
  ]);
});

test('what is no YAML says line and column', () => {
  assert.match(problemsOf('box:\n\tid: a\n')[0] ?? '', /a tab is used for indentation.*\(line 2, column 1\)/);
  assert.match(problemsOf('box: { id: a\n')[0] ?? '', /line \d, column \d/);
  assert.match(problemsOf('a: 1\n---\nb: 2\n')[0] ?? '', /second document/);
  assert.deepEqual(problemsOf(''), ['the file is empty']);
  assert.match(problemsOf('hello')[0] ?? '', /^must be a mapping/);
  assert.match(problemsOf('['.repeat(100_000))[0] ?? '', /nested too deeply|line 1/);
});

test('an alias bomb is a problem; a shared value is not', () => {
  const bomb = `a: &a [1,1,1,1,1,1,1,1,1,1]\n${'bcdefgh'
    .split('')
    .map((name, i) => `${name}: &${name} [${Array(10).fill(`*${'abcdefgh'[i]}`).join(',')}]`)
    .join('\n')}\n`;
  assert.match(problemsOf(bomb)[0] ?? '', /alias/i);
  assert.deepEqual(
    problemsOf(
      full.replace('chip: pinctrl-bcm2711', 'chip: &c pinctrl-bcm2711').replace('chip: mcp23017', 'chip: *c'),
    ),
    [],
  );
});

test('a thousand problems are cut to a bearable number', () => {
  const many = Array.from({ length: 1_000 }, (_, n) => `x${n}: 1`).join('\n');
  const problems = problemsOf(many);
  assert.equal(problems.length, problemsMax + 1);
  assert.match(problems.at(-1) ?? '', /^and 904 more problems$/);
});

test('the file itself: missing, too large, no text, with a byte order mark', t => {
  const folder = mkdtempSync(join(tmpdir(), 'smartbox-config-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'box.yaml');
  const refusal = (): string => {
    try {
      readConfig(file, names);
      return 'accepted';
    } catch (error) {
      assert.ok(error instanceof ConfigProblems);
      assert.equal(error.code, 'config-invalid');
      return error.problems[0]?.message ?? '';
    }
  };
  assert.match(refusal(), /^there is no file/);
  writeFileSync(file, `${full}${'#'.repeat(256 * 1024)}`);
  assert.match(refusal(), /larger than 256 KiB/);
  writeFileSync(file, Buffer.from([0x61, 0xff, 0xfe]));
  assert.match(refusal(), /not UTF-8/);
  writeFileSync(file, `\ufeff${full}`);
  assert.equal(refusal(), 'accepted');
});

test('the regions are those for which phone numbers can be read', () => {
  assert.deepEqual([...regions].sort(), [...getCountries()].sort());
});

test('keys and the format of a keypad are named as people write them', () => {
  const keypad = (text: string) => configOf(full.replace('baud: 9600, protocol: ascii', text)).keypad;
  const { keys, format } = keypad('format: 7e1, keys: { enter: [CR, "E", 0x0A], clear: [esc, "0x43"] }');
  assert.deepEqual(keys, { enter: [13, 69, 10], clear: [27, 67] });
  assert.deepEqual(format, { dataBits: 7, parity: 'even', stopBits: 1 });
  assert.deepEqual(keypad('keys: { enter: [CR] }').keys, { enter: [13], clear: [42] });
  assert.deepEqual(keypad('format: 8O2').format, { dataBits: 8, parity: 'odd', stopBits: 2 });
});
