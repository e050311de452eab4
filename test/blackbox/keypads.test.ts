/** Keypads of several makes, and what is wrong with them, as a technician meets it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { Rig } from '../../scripts/rig/box-rig.ts';
import { Prng } from '../../scripts/rig/prng.ts';
import { programOf, Running } from '../../scripts/rig/program.ts';
import { until } from '../../scripts/rig/until.ts';
import type { Finding } from '../../src/wire/report.ts';
import { box, code, today } from './box.ts';

async function keypadFindings(rig: Rig): Promise<string> {
  const { stdout } = await rig.cli(['doctor', '--json']);
  const findings = JSON.parse(stdout) as readonly Finding[];
  return findings
    .filter(({ what }) => what.startsWith('keypad'))
    .map(({ level, what, hint }) => `${level}: ${what} ${hint}`)
    .join('\n');
}

async function started(rig: Rig, keypad: object): Promise<void> {
  rig.configure({ keypad: { path: rig.keypad.path, ...keypad } });
  await rig.start();
}

const opened = async (rig: Rig): Promise<void> => {
  await rig.lines.powered(1);
  await rig.lines.released(1);
};

test('a greeting is no entry; a worn key, frames and a second reader are named', {
  timeout: 60_000,
}, async t => {
  const rig = await box(t, { slots: 1, rules: { openWithinS: 1 } });
  await started(rig, {});
  await rig.book({ code, slot: 1, ...today() });
  rig.type('12Keypad 4x4 v1.2\r\n');
  await setTimeout(500);
  rig.type(`${code}#`);
  await opened(rig);
  assert.ok((await rig.events()).every(({ type }) => type !== 'denied'));
  for (const key of '99*') {
    rig.type(key);
    await setTimeout(15);
  }
  rig.keypad.write(Uint8Array.from([0x02, 0x34, 0x30, 0x03, 0x07]));
  await until('both causes', async () => {
    const said = await keypadFindings(rig);
    return /pairs of one key .*debounceMs/.test(said) && /warn: .*frames come \(STX … ETX\)/.test(said);
  });
  const cat = spawn('cat', [rig.keypad.path], { stdio: 'ignore' });
  t.after(() => cat.kill());
  await until('the second reader', async () =>
    new RegExp(`bad: keypad: cat \\(process ${cat.pid}\\) reads`).test(await keypadFindings(rig)),
  );
});

const asRoot =
  process.getuid?.() === 0 ? false : 'only root can start a daemon of another user, and see its programs';

test('a daemon that is not root says what it cannot see, and who asks it as root sees that', {
  skip: asRoot,
  timeout: 60_000,
}, async t => {
  const nobody = 65_534;
  const rig = await box(t, { slots: 1, user: nobody });
  const cat = spawn('cat', [rig.keypad.path], { stdio: 'ignore' });
  t.after(() => cat.kill());
  await rig.start();
  await until('the second reader', async () =>
    new RegExp(`bad: keypad: cat \\(process ${cat.pid}\\) reads`).test(await keypadFindings(rig)),
  );
  const asNobody = [
    'setpriv',
    ...['--reuid', String(nobody), '--clear-groups'],
    ...programOf('smartbox'),
  ] as const;
  const { stdout } = await new Running([...asNobody, 'doctor'], {
    SMARTBOX_SOCKET: rig.socket,
  }).finished;
  assert.match(
    stdout,
    /^warn {2}whether another program reads keypad, front too was seen only of .*\n.*sudo smartbox doctor/m,
  );
  assert.doesNotMatch(stdout, /cat/);
});

test('a keypad whose enter key is CR, with even parity: doctor names both, and they are set', {
  timeout: 60_000,
}, async t => {
  const rig = await box(t, { slots: 1 });
  await started(rig, {});
  await rig.book({ code, slot: 1, ...today() });
  rig.type(`${code}\r`);
  await until('the enter key', async () =>
    /warn: .*digits come, no enter key does, CR does .*enter: \[CR\]/.test(await keypadFindings(rig)),
  );
  const even = (text: string): Uint8Array =>
    Uint8Array.from(text, each => {
      const byte = each.charCodeAt(0);
      const ones = [...byte.toString(2)].filter(bit => bit === '1').length;
      return ones % 2 === 0 ? byte : byte | 0x80;
    });
  rig.keypad.write(even(`${code}\r`));
  await until('parity', async () => /bit 7 set: parity\?.*7E1/.test(await keypadFindings(rig)));
  await rig.stop();
  await started(rig, { format: '7E1', keys: { enter: ['CR', 'E'], clear: ['ESC'] }, debounceMs: 5 });
  rig.keypad.write(even(`77\x1b${code}\r\n`));
  await opened(rig);
  assert.match(await keypadFindings(rig), /^ok: /);
});

test('a line with a * in it is what follows the *', { timeout: 30_000 }, async t => {
  const rig = await box(t, { slots: 1 });
  await started(rig, { protocol: 'line' });
  await rig.book({ code, slot: 1, ...today() });
  rig.type(`4071*${code}\n`);
  await opened(rig);
});

test('bytes that are no keys, a flood of them, and a hostile line on both ports: counted, said by doctor, and codes go on', {
  timeout: 60_000,
}, async t => {
  const rig = await box(t, { slots: 1 });
  await started(rig, {});
  await rig.book({ code, slot: 1, ...today() });
  const random = new Prng(20_261_129);
  const garbage = Uint8Array.from({ length: 20_000 }, () => random.int(0x80, 0xff));
  for (const port of [rig.keypad, rig.reader]) {
    port.write(garbage);
    port.write(Buffer.from(`\x02${'F'.repeat(5_000)}\x1b[2J\0`));
  }
  await until('what was thrown away', async () => /thrown away: .*\d+/.test(await keypadFindings(rig)));
  assert.equal(rig.lines.lock(1) ?? 0, 0);
  await until('a code that opens', async () => {
    rig.type(`*${code}#`);
    await setTimeout(500);
    return rig.lines.lock(1) === 1 || (await rig.events()).some(({ type }) => type === 'pulsed');
  });
});
