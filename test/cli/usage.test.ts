import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { type Finished, run, runMany } from './bench.ts';

const nowhere = { SMARTBOX_SOCKET: '/nonexistent/control.sock' };

const wrong: readonly (readonly [readonly string[], RegExp, RegExp])[] = [
  [[], /say what to do/, /--help/],
  [['stats'], /no verb stats/, /Did you mean status/],
  [['frobnicate'], /no verb frobnicate/, /--help/],
  [['constructor'], /no verb constructor/, /--help/],
  [['bookings'], /bookings needs to know what/, /list, import, add, cancel/],
  [['bookings', 'lst'], /does not know lst/, /Did you mean list/],
  [['events', 'toString'], /does not know toString/, /list, export, verify/],
  [['status', '--jsn'], /no flag --jsn/, /Did you mean --json/],
  [['status', '-x'], /no flag -x/, /./],
  [['status', '--slot', '1'], /status takes no --slot/, /status --help/],
  [['status', '--json=yes'], /--json takes no value/, /./],
  [['status', 'now'], /does not know what now means/, /usage: smartbox status/],
  [['status', '--wait', 'soon'], /--wait soon/, /--wait 30/],
  [['status', '--wait'], /--wait needs a value/, /./],
  [['open', '3'], /open needs a reason/, /--why/],
  [['open', '3', '--why'], /--why needs a value/, /./],
  [['open', '3', '--why', '--who', 'x'], /--why needs a value/, /./],
  [['open', '3', '--why', '  '], /--why is empty/, /./],
  [['open', '3', '--why', 'x'.repeat(201)], /longer than 200/, /./],
  [['open', '3', '--why', 'a', '--why', 'b'], /given twice/, /./],
  [['bookings', 'add', '--key', 'a', '--key', 'b', '--why', 'x'], /--key is given twice/, /./],
  [['backup', ''], /backup was given an empty word/, /usage: smartbox backup/],
  [['keys', 'add', '', '--slot', '1'], /keys add was given an empty word/, /./],
  [['open', '--why', 'x'], /open needs more/, /usage: smartbox open SLOT/],
  [['open', 'door', '--why', 'x'], /door is no slot/, /./],
  [['open', '0', '--why', 'x'], /0 is no slot/, /./],
  [['open-all'], /open-all needs a reason/, /./],
  [['test', 'lock', '1'], /test lock needs a reason/, /./],
  [['keys', 'learn', 'Van'], /keys learn needs a reason/, /./],
  [['keys', 'add', 'Van'], /which slot/, /--slot/],
  [['audit', 'fix', '1', '--empty'], /audit fix needs a reason/, /./],
  [['audit', 'fix', '1', '--why', 'x'], /what is in it/, /--empty/],
  [['bookings', 'add', '--slot', '1', '--for', '2h'], /bookings add needs a reason/, /./],
  [['bookings', 'add', '--for', '2h', '--why', 'x'], /which key/, /--slot/],
  [['bookings', 'add', '--slot', '1', '--why', 'x'], /until when/, /--end/],
  [
    ['bookings', 'add', '--slot', '1', '--end', '2026-03-01T08:00', '--why', 'x'],
    /lacks its offset/,
    /\+01:00/,
  ],
  [['lockdown', 'maybe'], /does not know maybe/, /on, off/],
  [['lockdown', 'on', '--for', 'ever'], /--for ever is no duration/, /90m/],
  [['lockdown', 'on', '--until', '9999'], /--until 9999 is no ISO 8601/, /2026-/],
  [
    ['lockdown', 'on', '--until', '9999-12-31T00:00Z'],
    /--until 9999-12-31T00:00Z lies after the year 2199/,
    /2026-/,
  ],
  [['lockdown', 'on', '--for', '99999d'], /--for 99999d is too long/, /366d at most/],
  [['test', 'reader', '--for', '2h'], /--for 2h is too long/, /60m at most/],
  [['events', 'list', '--since', '99999d'], /--since 99999d reaches back to before 1970/, /--since 7d/],
  [['events', 'list', '--last', '100001'], /--last 100001 is out of range/, /1 to 100000/],
  [['status', '--wait', '99999'], /--wait 99999 is too long/, /3600 at most/],
  [['clock', 'set', 'noon'], /the time noon is no ISO 8601/, /./],
  [
    ['clock', 'set', '2200-01-01T00:00Z', '--force'],
    /the time 2200-01-01T00:00Z lies after the year 2199/,
    /./,
  ],
  [['events', 'export', '--format', 'xml'], /--format xml/, /jsonl or csv/],
  [['events', 'list', '--last', '0'], /--last 0/, /./],
  [['serial', 'replay', 'a', '-', '--speed', '0'], /--speed 0/, /./],
  [['config', 'new'], /needs to know which computer/, /pi4-4, pi5-4, zero2w-4/],
  [['config', 'new', '--board', 'pi4'], /no board pi4/, /Did you mean pi4-4/],
  [['config', 'new', '--board', 'toString'], /no board toString/, /pi4-4, pi5-4, zero2w-4/],
  [['config', 'new', '--board', 'pi4-4', '--replace'], /--replace needs --out/, /--out FILE/],
  [['config', 'new', 'box.yaml', '--board', 'pi4-4'], /does not know what box.yaml means/, /--out FILE/],
];

let runs: readonly Finished[] = [];
before(async () => {
  runs = await runMany(
    wrong.map(([args]) => args),
    nowhere,
  );
});

for (const [at, [args, message, hint]] of wrong.entries()) {
  test(`usage: smartbox ${args.join(' ').slice(0, 60)} exits 2 with a hint, before any daemon is asked`, () => {
    const human = runs[at];
    assert.ok(human);
    assert.equal(human.code, 2, human.stderr);
    assert.equal(human.stdout, '');
    assert.match(human.stderr, message);
    assert.match(human.stderr, new RegExp(`hint: .*${hint.source}`));
  });
}

test('a command line that is wrong ends the program with 2', async () => {
  const [first] = wrong;
  const { code, stderr } = await run(first?.[0] ?? [], nowhere);
  assert.deepEqual([code, stderr], [2, runs[0]?.stderr]);
});

test('with --json an error is a document on stderr', async () => {
  const { code, stdout, stderr } = await run(['--json', 'stats'], nowhere);
  assert.deepEqual([code, stdout], [2, '']);
  const { error } = JSON.parse(stderr);
  assert.deepEqual(Object.keys(error), ['code', 'message', 'hint']);
  assert.equal(error.code, 'usage');
});

test('every verb has its help, on stdout, exit 0', async () => {
  const { code, stdout } = await run(['--help']);
  assert.equal(code, 0);
  const verbs = [
    ...['status', 'slots', 'bookings list', 'bookings import', 'bookings add', 'bookings cancel'],
    ...['keys list', 'keys import', 'keys add', 'keys learn', 'open SLOT', 'open-all'],
    ...['lockdown on', 'lockdown off', 'clock set', 'events list', 'events export'],
    ...['events verify', 'watch', 'doctor', 'test lock', 'test door', 'test keypad'],
    ...['test reader', 'config check', 'config new', 'audit', 'audit fix', 'map'],
    ...['maintenance on', 'serial record', 'serial replay', 'backup', 'restore'],
  ];
  for (const verb of verbs) assert.ok(stdout.includes(`\n  ${verb}`), verb);
  const help = await run(['bookings', 'add', '--help']);
  assert.equal(help.code, 0);
  assert.match(help.stdout, /^usage: smartbox bookings add/);
  assert.match((await run(['bookings', '--help'])).stdout, /bookings cancel/);
  assert.match((await run(['--version'])).stdout, /^\d+\.\d+\.\d+/);
});

test('a daemon that is away is exit 1 with a hint, for people and for programs', async () => {
  const human = await run(['status'], nowhere);
  assert.equal(human.code, 1);
  assert.match(human.stderr, /smartbox: smartboxd does not answer on \/nonexistent\/control.sock/);
  assert.match(human.stderr, /hint: Is it running/);
  const json = await run(['slots', '--json'], nowhere);
  assert.deepEqual([json.code, json.stdout], [1, '']);
  assert.equal(JSON.parse(json.stderr).error.code, 'daemon-away');
  const from = performance.now();
  assert.equal((await run(['status', '--wait', '0.5'], nowhere)).code, 1);
  assert.ok(performance.now() - from >= 500);
});

test('--socket wins over SMARTBOX_SOCKET', async () => {
  assert.match((await run(['status', '--socket', '/else/where.sock'], nowhere)).stderr, /\/else\/where.sock/);
  assert.match((await run(['--socket=/else/where.sock', 'status'], nowhere)).stderr, /\/else\/where.sock/);
});

test('doctor says what it could not look at when the daemon is away', async () => {
  const { code, stdout } = await run(['doctor', '--json'], nowhere);
  assert.equal(code, 1);
  const findings = JSON.parse(stdout) as { level: string; what: string }[];
  assert.equal(findings[0]?.level, 'bad');
  assert.ok(findings.some(each => /not looked at/.test(each.what)));
});
