import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Rig } from '../../scripts/rig/box-rig.ts';
import { pause, until } from '../../scripts/rig/until.ts';
import { box, code, today } from './box.ts';
import { Shown } from './shown.ts';

const [second, third] = ['70935824', '58240713'];
/** Of four digits, as import accepts with a warning: five presses can be typed quickly. */
const short = '5824';
const badge = '0100BC614E';
const vanTag = '100086F444';

/** Three slots, a buzzer, a number to call; and what its display shows. */
async function shownBox(
  t: TestContext,
  region: string,
): Promise<{ readonly rig: Rig; readonly shown: Shown }> {
  const rig = await box(t);
  rig.configure({
    box: {
      ...{ id: 'rig', name: 'Rig', timezone: 'Europe/Amsterdam', language: 'en', region },
      phone: '+31201234567',
    },
    indicators: { buzzer: { chip: 'lamp', line: 1 } },
  });
  await rig.start();
  const shown = new Shown(rig);
  t.after(() => shown.end());
  await shown.reads(/Type code/);
  return { rig, shown };
}

async function opens(rig: Rig, slot: number, typed: string): Promise<void> {
  rig.type(typed);
  await rig.lines.powered(slot);
  await rig.lines.released(slot);
}

/** The key of a slot is fetched, or brought, at its open door. */
async function visits(rig: Rig, slot: number, key: 'in' | 'out'): Promise<void> {
  rig.lines.door(slot, 'open');
  rig.lines.key(slot, key);
  await rig.sees(key === 'in' ? 'key-returned' : 'key-taken', slot);
  rig.lines.door(slot, 'shut');
  await rig.sees('door-closed', slot);
}

test('a prompt lets go, silence says so, and nobody’s slip is a wrong code', { timeout: 60_000 }, async t => {
  const { rig, shown } = await shownBox(t, 'DK');
  await rig.book(
    { code, slot: 1, ...today() },
    { code: second, slot: 2, ...today() },
    { code: third, slot: 3, ...today() },
    { badge, pin: '7093', slot: 3, ...today() },
  );
  rig.type('40718256#*');
  await pause(1_500);
  assert.match(shown.now, /Type code/, 'a * that comes before its prompt leaves it too');
  rig.type('40718256#');
  await shown.reads(/your PIN/);
  rig.type('*');
  await shown.reads(/Type code/);
  await opens(rig, 1, `${code}#`);
  rig.type('40718256#');
  await shown.reads(/your PIN/);
  await opens(rig, 2, `${second}#`);
  rig.tap(badge);
  await shown.reads(/your PIN/);
  await opens(rig, 3, `${third}#`);
  rig.type('4071');
  await shown.reads(/Code: \*{4}/);
  await until('the short tone of a silence', () => rig.lines.level('lamp', 1) === 0);
  await until('10 s of silence', () => rig.lines.level('lamp', 1) === 1, 12_000);
  await shown.reads(/begin again/i);
  assert.deepEqual(
    (await rig.events()).filter(({ type }) => type === 'denied'),
    [],
  );
});

/** Frames that readers were seen to invent, each with a right checksum; and others. */
const invented = [
  ...['000000078F88', '00F00000F000', 'F000060007F1', 'B59A99E5A9FA', '4FFB388FFFFC'],
  ...['DA9386B5EA90', 'DAEF6FEE2B9F', '11111111FFFE', '0A0B0C0D000A', 'FFFFFFFF0100'],
];
const sound = (frame: string): boolean =>
  Buffer.from(frame, 'hex').reduce((all, byte) => all ^ byte, 0) === 0;

test('what readers invent, and other fobs on the ring, keep nobody out and take no text away', {
  timeout: 60_000,
}, async t => {
  const { rig, shown } = await shownBox(t, 'NL');
  await rig.must(['keys', 'import', '-'], JSON.stringify([{ name: 'van', slot: 1, tag: vanTag }]));
  await rig.book({ code, slot: 1, ...today() }, { code: second, slot: 2, ...today() });
  assert.ok(invented.filter(sound).length >= 7, 'most of them pass the checksum');
  for (const frame of invented) {
    rig.reader.write(`\x02${frame}\x03`);
    await pause(260);
  }
  await opens(rig, 1, `${code}#`);
  await visits(rig, 1, 'out');
  rig.tap(vanTag);
  await rig.lines.powered(1);
  await shown.reads(/Slot 1/);
  for (const fob of ['0A00000001', '0A00000002', '0A00000003', '0A00000004', '0A00000005', '0A00000006']) {
    for (let n = 0; n < 3; n += 1) {
      rig.tap(fob);
      await pause(60);
    }
  }
  assert.match(shown.now, /Slot 1/);
  await rig.lines.released(1);
  await visits(rig, 1, 'in');
  await opens(rig, 2, `${second}#`);
  const events = await rig.events();
  assert.ok(!events.some(({ type }) => type === 'lockout'));
  const denied = events.filter(({ type }) => type === 'denied');
  assert.deepEqual(
    denied.map(({ by, reason }) => [by, reason]),
    [['tag', 'unknown']],
  );
});

test('in a lockout: texts that help, returns once in 2 s, and every try in the journal', {
  timeout: 60_000,
}, async t => {
  const { rig, shown } = await shownBox(t, 'NL');
  await rig.book(
    { code: short, slot: 1, reuse: true, ...today() },
    { code: second, slot: 2, ...today() },
    { phone: '+31612345678', pin: '7093', slot: 3, ...today() },
  );
  await opens(rig, 1, `${short}#`);
  await visits(rig, 1, 'out');
  for (let n = 0; n < 5; n += 1) {
    rig.type('0612345678#');
    await shown.reads(/your PIN/);
    rig.type('1234#');
    await rig.sees('denied');
  }
  await shown.reads(/Too many wrong PINs/);
  assert.match(shown.now, /all \+31201234567/);
  assert.doesNotMatch(shown.now, /half a minute/);
  rig.type(`${second}#`);
  await shown.reads(/half a minute.*call \+31201234567/);
  rig.type(`${short}#`);
  assert.equal((await rig.sees('denied')).reason, 'locked-out', 'too soon after the one before');
  await pause(2_100);
  await opens(rig, 1, `${short}#`);
  // Eight a second, among them the code of the key that is out: one look-up at once, the next 2 s later.
  const before = (await rig.events()).filter(({ type }) => type === 'granted').length;
  const typed = 40;
  for (let n = 0; n < typed; n += 1) {
    rig.type(n % 10 === 4 ? `${short}#` : `9${String(n * 7 + 100).padStart(3, '0')}#`);
    await pause(120);
  }
  await rig.stop();
  await rig.start();
  const events = await rig.events();
  const granted = events.filter(({ type }) => type === 'granted').length - before;
  assert.ok(granted <= 3, `${granted} of four found, although one in 2 s is looked at`);
  const told = events.filter(({ type, by }) => type === 'denied' && by !== 'phone');
  const tries = told.reduce((sum, { count = 1 }) => sum + count, 0);
  assert.equal(tries + granted, 2 + typed, 'none is missing');
  rig.type(`${second}#`);
  assert.equal((await rig.sees('denied')).reason, 'locked-out', 'the count survives a restart');
  assert.equal(rig.lines.lock(2), 0);
});
