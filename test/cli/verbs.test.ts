import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { slotId } from '../../src/base/brand.ts';
import type { StatusReport } from '../../src/wire/report.ts';
import { bench, run } from './bench.ts';

const at = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
const good = { code: '70935824', slot: 1, start: at(-1), end: at(2), driver: 'Jan Jansen' };

test('status is 0 while everybody can take and return, and 1 when not', async t => {
  const { box, run: cli, json } = await bench(t);
  const { code, stdout } = await cli(['status']);
  assert.equal(code, 0, stdout);
  assert.match(stdout, /test-box \(Test box\)/);
  assert.match(stdout, /CES?T, clock plausible/);
  assert.match(stdout, /^SLOT {2}DOOR {2}SENSED {3}KEY/m);
  const report = (await json(['status'])) as StatusReport;
  assert.deepEqual([report.takes, report.returns, report.slots.length], ['all', 'all', 3]);
  box.become({ lockdown: { on: true, until: null } });
  const down = await cli(['status']);
  assert.equal(down.code, 1);
  assert.match(down.stdout, /! the box is in lock-down\. End it with/);
});

test('status --wait waits for health, and gives up in time', async t => {
  const { box, run: cli, start } = await bench(t);
  box.become({ lockdown: { on: true, until: null } });
  assert.equal((await cli(['status', '--wait', '0.4'])).code, 1);
  const waiting = start(['status', '--wait', '20']);
  setTimeout(() => box.become({ lockdown: { on: false, until: null } }), 300);
  assert.equal((await waiting.finished).code, 0);
});

test('open names who and why in an event; a refusal is 1 with its hint', async t => {
  const { box, socket, run: cli } = await bench(t);
  assert.equal((await cli(['open', '2', '--why', 'key stuck'])).code, 0);
  const asked = box.store.journal.events.find(event => event.type === 'technician');
  assert.deepEqual([asked?.what, asked?.who, asked?.reason, asked?.slot], ['open', 'tester', 'key stuck', 2]);
  assert.equal(box.state().slots[1]?.opening?.for, 'technician');
  const refused = await cli(['open', '9', '--why', 'x']);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /this box has no slot 9\nhint: Its slots are 1, 2, 3/);
  const env = { SMARTBOX_SOCKET: socket };
  const who = async (more: NodeJS.ProcessEnv, ...flags: string[]): Promise<string | undefined> => {
    await run(['lockdown', 'on', '--why', 'x', ...flags], { ...env, ...more });
    return box.store.journal.events.at(-1)?.who;
  };
  assert.equal(await who({ SUDO_USER: 'anna', USER: 'root' }), 'anna');
  assert.equal(await who({ USER: 'root' }), 'root');
  assert.equal(await who({ SUDO_USER: 'anna' }, '--who', 'Piet P.'), 'Piet P.');
  assert.notEqual(await who({ USER: '' }), '');
});

test('open-all, lockdown, clock set and maintenance do what they say', async t => {
  const { box, json, run: cli } = await bench(t);
  assert.deepEqual(await json(['open-all', '--why', 'power cut']), { done: true });
  assert.ok(box.state().slots.every(slot => slot.opening !== null));
  const busy = await cli(['audit', 'fix', '2', '--empty', '--why', 'looked']);
  assert.equal(busy.code, 1, 'a slot that open-all is opening is not put right meanwhile');
  assert.equal((await cli(['lockdown', 'on', '--for', '2h'])).code, 0);
  const { until } = box.state().lockdown;
  assert.ok(until !== null && Math.abs(until - Date.now() - 7_200_000) < 60_000);
  assert.equal((await cli(['lockdown', 'on', '--until', at(-1)])).code, 1);
  assert.equal((await cli(['lockdown', 'off'])).code, 0);
  assert.equal(box.state().lockdown.on, false);
  assert.equal((await cli(['clock', 'set'])).code, 0);
  assert.equal(box.state().clock.level, 'synced');
  const slip = await cli(['clock', 'set', '2020-03-01T08:00:00+01:00']);
  assert.equal(slip.code, 1);
  assert.match(slip.stderr, /that is \d+ days \(\d+ years\) before .*\nhint: .*--force/);
  assert.equal((await cli(['clock', 'set', '2020-03-01T08:00:00+01:00', '--force'])).code, 0);
  assert.equal((await cli(['clock', 'set'])).code, 1, 'and back is as far');
  assert.equal((await cli(['clock', 'set', '--force'])).code, 0);
  assert.equal((await cli(['maintenance', 'on', '1', '--why', 'new lock'])).code, 0);
  assert.equal(box.state().slots[0]?.maintenance, true);
  assert.equal((await cli(['maintenance', 'off', '1'])).code, 0);
  assert.equal(box.state().slots[0]?.maintenance, false);
});

test('audit fix puts the books right, and audit shows what is left', async t => {
  const { box, json, run: cli } = await bench(t);
  assert.equal((await cli(['audit', 'fix', '2', '--empty', '--why', 'looked'])).code, 0);
  assert.equal(box.state().keys[1]?.place.at, 'missing');
  assert.equal((await cli(['audit', 'fix', '2', '--key', 'Nobody', '--why', 'looked'])).code, 1);
  const audit = (await json(['audit'])) as { verdict: string; missing: string[] }[];
  assert.deepEqual([audit[1]?.verdict, audit[1]?.missing], ['differs', ['slot-2']]);
});

test('bookings: import from a file and from stdin, list without credentials, cancel', async t => {
  const { box, dir, json, run: cli } = await bench(t);
  const file = join(dir, 'b.json');
  writeFileSync(file, `\uFEFF${JSON.stringify([{ ...good, id: 'b-1', phone: '0612345678', pin: '4711' }])}`);
  const first = await cli(['bookings', 'import', file]);
  assert.deepEqual([first.code, first.stdout], [0, '1 added, 0 changed, 0 the same\n'], first.stderr);
  const again = (await json(['bookings', 'import', '-'], readFileSync(file, 'utf8'))) as { same: number };
  assert.equal(again.same, 1);
  const list = await cli(['bookings', 'list']);
  assert.match(list.stdout, /^b-1 +slot-1 .* code\+phone +fresh +import$/m);
  assert.doesNotMatch(list.stdout, /70935824|612345678|4711|Jansen/);
  const [row] = (await json(['bookings', 'list'])) as { id: string; start: string }[];
  assert.deepEqual([row?.id, row?.start], ['b-1', good.start]);
  assert.equal((await cli(['bookings', 'cancel', 'b-1', '--why', 'ill'])).code, 0);
  assert.equal(box.store.journal.events.at(-1)?.what, 'cancel');
  assert.equal((await cli(['bookings', 'cancel', 'b-1'])).code, 0);
  assert.equal((await cli(['bookings', 'cancel', 'b-2'])).code, 1);
});

test('a bad import is 1, names every bad row, and keeps nothing', async t => {
  const { box, run: cli } = await bench(t);
  const rows = JSON.stringify([
    good,
    { ...good, id: 'x', code: 12345678 },
    { ...good, id: 'y', colour: 1, slot: 7 },
  ]);
  const { code, stdout, stderr } = await cli(['bookings', 'import', '-'], rows);
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /^smartbox: 3 problems in the file; nothing was imported$/m);
  assert.match(stderr, /^ {2}row 1 \(x\): code must be text in quotes/m);
  assert.match(stderr, /^ {2}row 2 \(y\): has a member "colour"/m);
  assert.match(stderr, /^ {2}row 2 \(y\): this box has no slot 7/m);
  const json = JSON.parse((await cli(['bookings', 'import', '-', '--json'], rows)).stderr);
  assert.deepEqual(
    [json.error.code, json.error.problems.length, json.error.problems[0].row],
    ['bad-rows', 3, 1],
  );
  assert.equal(box.store.bookings.count(), 0);
});

const files: readonly (readonly [string, string, RegExp])[] = [
  ['text', 'code 70935824', /stdin is not JSON/],
  ['nothing', '', /stdin is not JSON/],
  ['an object', '{"code":"70935824"}', /stdin is no JSON array/],
  ['broken UTF-8', '\xff', /not JSON/],
];

for (const [name, text, message] of files) {
  test(`a file that holds ${name} is refused without being quoted`, async t => {
    const { run: cli } = await bench(t);
    const { code, stderr } = await cli(['bookings', 'import', '-'], text);
    assert.equal(code, 1);
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /70935824/);
  });
}

test('a file that is not there is 1; a file of 100,001 rows is too long', async t => {
  const { dir, run: cli } = await bench(t);
  assert.match((await cli(['keys', 'import', join(dir, 'none.json')])).stderr, /there is no file/);
  const file = join(dir, 'long.json');
  writeFileSync(file, JSON.stringify(Array.from({ length: 100_001 }, () => 1)));
  const { code, stderr } = await cli(['bookings', 'import', file]);
  assert.equal(code, 1);
  assert.match(stderr, /has 100001 rows, at most 100000/);
});

test('bookings add prints its code once, and the list never does', async t => {
  const { box, json, run: cli } = await bench(t);
  const args = [
    'bookings',
    'add',
    '--slot',
    '2',
    '--for',
    '4h',
    '--phone',
    '06-12345678',
    '--why',
    'relay down',
  ];
  const { code, stdout, stderr } = await cli(args);
  assert.equal(code, 0, stderr);
  const [digits] = /code (\d{4} \d{4}) /.exec(stdout)?.slice(1) ?? [];
  assert.ok(digits !== undefined, stdout);
  assert.match(stderr, /warning: it opens by phone number alone/);
  const stored = [...box.store.bookings.rows.values()][0];
  assert.equal(stored?.code, box.vault.fingerprint('code', digits.replace(' ', '')));
  const made = (await json(['bookings', 'add', '--key', 'slot-1', '--for', '1h', '--why', 'x'])) as {
    code: string;
  };
  assert.match(made.code, /^\d{8}$/);
  assert.doesNotMatch((await cli(['bookings', 'list'])).stdout, new RegExp(made.code));
  assert.equal((await cli(['bookings', 'add', '--slot', '1', '--for', '25h', '--why', 'x'])).code, 1);
});

test('keys: add, import, list, learn', async t => {
  const { box, json, run: cli, start } = await bench(t);
  assert.match(
    (await cli(['keys', 'add', 'Van 1', '--slot', '1', '--tag', '0A1B2C3D4E'])).stdout,
    /slot-1 is Van 1 now/,
  );
  assert.equal((await cli(['keys', 'add', 'Van 9', '--slot', '9'])).code, 1);
  assert.equal((await cli(['keys', 'import', '-'], '[{"name":"Van 2","slot":2}]')).code, 0);
  const keys = (await json(['keys', 'list'])) as { key: string; tagged: boolean }[];
  assert.deepEqual(
    keys.map(key => [key.key, key.tagged]),
    [
      ['Van 1', true],
      ['Van 2', false],
      ['slot-3', false],
    ],
  );
  assert.match((await cli(['map'])).stdout, /^1 +Van 1 +Van 1 \(slot 1\)$/m);
  box.happens({ type: 'door-changed', slot: slotId(2), door: 'open' });
  box.happens({ type: 'presence-changed', slot: slotId(2), presence: 'absent' });
  box.happens({ type: 'door-changed', slot: slotId(2), door: 'shut' });
  const learning = start(['keys', 'learn', 'Van 2', '--slot', '2', '--why', 'new key']);
  await learning.says(/slot 2: hold/);
  box.happens({ type: 'pulse-begun', slot: slotId(2), ms: 300 as never });
  box.happens({ type: 'pulse-ended', slot: slotId(2) });
  box.happens({ type: 'tag-read', frames: 1, fingerprint: 'f' as never, key: null, badge: [] });
  box.happens({ type: 'door-changed', slot: slotId(2), door: 'open' });
  box.happens({ type: 'presence-changed', slot: slotId(2), presence: 'present' });
  box.happens({ type: 'door-changed', slot: slotId(2), door: 'shut' });
  const { code, stdout, stderr } = await learning.finished;
  assert.equal(code, 0, stderr);
  assert.match(stdout, /Van 2 is in slot 2$/m);
});
