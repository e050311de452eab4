/** Every verb that reads or writes a file, given what is none: it says so and ends, and what was there is still there. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { programOf } from '../../scripts/rig/program.ts';
import { code, onBox, today } from './box.ts';

let folder = '';
const at = (name: string): string => (name.startsWith('/') ? name : join(folder, name));

const devices = [
  ['null', 3],
  ['zero', 5],
] as const;
/** Each within the folder of the test, or where nobody can do harm to it. */
const places = [
  ...['folder', 'pipe', 'round', 'empty', 'long', 'nowhere/x', 'empty/x'],
  ...['/proc', '/proc/self/x', '/proc/1/environ', '/sys/x'],
  ...devices.map(([name]) => name),
] as const;

const boxOf = (more: Readonly<Record<string, unknown>>) => ({
  box: { id: 'b', name: 'B', timezone: 'UTC', language: 'en', region: 'NL' },
  ...{ data: at('box-data'), control: at('control.sock'), readers: [] },
  keypad: { path: at('keypad'), baud: 9_600, protocol: 'ascii' },
  gpio: { driver: 'sim', dir: at('lines') },
  slots: [{ id: 1, lock: { chip: 'chip', line: 1 }, door: { chip: 'chip', line: 2 } }],
  ...more,
});

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'odd-places-'));
  for (const name of ['folder', 'data']) mkdirSync(at(name));
  execFileSync('mkfifo', [at('pipe')]);
  symlinkSync('round', at('round'));
  writeFileSync(at('empty'), '');
  writeFileSync(at('long'), Buffer.alloc(3_000_000));
  writeFileSync(at('passphrase'), 'a long passphrase\n', { mode: 0o600 });
  writeFileSync(at('box.yaml'), JSON.stringify(boxOf({})));
  // Of its own, since a verb that replaces one takes it from the whole machine.
  for (const [name, minor] of devices) execFileSync('mknod', [at(name), 'c', '1', String(minor)]);
});
after(() => rmSync(folder, { recursive: true, force: true }));

type Program = Parameters<typeof programOf>[0];

/** @returns where it failed the test; null: nowhere */
function wrongOf(program: Program, args: readonly string[]): string | null {
  const [file, ...before] = programOf(program);
  const { status, signal, stderr, stdout } = spawnSync(file, [...before, ...args], {
    ...{ cwd: folder, timeout: 20_000, killSignal: 'SIGKILL', encoding: 'utf8', input: '' },
  });
  const said = `${stdout}${stderr}`;
  const call = `${program} ${args.join(' ')}`;
  if (signal !== null) return `${call}: does not end`;
  if (/^ {4}at |node:internal/m.test(said)) return `${call}: ${said.slice(0, 300)}`;
  return status !== null && status <= 2 ? null : `${call}: exit ${status}`;
}

/** Null: nothing is there, so that a verb may make something. */
function kindOf(name: string): string | null {
  try {
    const { mode, rdev } = lstatSync(at(name));
    return `${mode & 0o170_000} ${rdev}`;
  } catch {
    return null;
  }
}

/** As it was before. */
function tidied(place: string, before: string | null): void {
  if (before === null && !place.startsWith('/') && place !== 'empty/x')
    rmSync(at(place), { recursive: true, force: true });
  // Some verbs write where there is a file.
  if (place === 'empty' || place === 'long')
    writeFileSync(at(place), Buffer.alloc(place === 'long' ? 3_000_000 : 0));
}

const passphrase = (): readonly string[] => ['--passphrase-file', at('passphrase')];
const data = (): readonly string[] => ['--data', at('data')];

const verbs: readonly (readonly [Program, (place: string) => readonly string[]])[] = [
  ['smartbox-relay', place => ['doctor', '--config', place]],
  ['smartbox-relay', place => ['setup', '--config', place, ...data()]],
  ['smartbox-relay', place => ['token', 'list', '--data', place]],
  ['smartbox-relay', place => ['doctor', '--data', place]],
  ['smartbox-relay', place => ['broker-config', 'mosquitto', ...data(), '--folder', place]],
  ['smartbox-relay', place => ['backup', place, ...data(), ...passphrase(), '--replace']],
  ['smartbox-relay', place => ['backup', at('copy'), ...data(), '--replace', '--passphrase-file', place]],
  ['smartbox-relay', place => ['restore', place, '--data', at('back'), ...passphrase()]],
  ['smartboxd', place => ['--config', place]],
  ['smartboxd', place => ['--config', at('box.yaml'), '--restore', place]],
  ['smartbox', place => ['config', 'check', place]],
  ['smartbox', place => ['config', 'new', '--board', 'pi4-4', '--out', place, '--replace']],
  ['smartbox', place => ['events', 'verify', place]],
  ['smartbox', place => ['events', 'verify', at('empty'), '--key', place]],
  ['smartbox', place => ['restore', place, '--config', at('box.yaml'), '--why', 'test']],
  ['smartbox', place => ['status', '--socket', place]],
  ['smartbox', place => ['doctor', '--config', place, '--socket', at('none')]],
];
/** It is waited for whoever writes into it, as a shell's `<(…)` wants it. */
const waits = /verify|passphrase-file \S+\/pipe$|restore \S+\/pipe --data/;

describe('a place that is no file', () => {
  for (const place of places)
    it(`${place} is named as what it is, by every verb, and stays it`, () => {
      const before = kindOf(place);
      const wrong = verbs.flatMap(([program, argsOf]) => {
        const args = argsOf(at(place));
        if (place === 'pipe' && waits.test(args.join(' '))) return [];
        const isThere = (): boolean => before === null || kindOf(place) === before;
        const said = wrongOf(program, args) ?? (isThere() ? [] : `${args.join(' ')}: is gone`);
        tidied(place, before);
        return said;
      });
      assert.deepEqual(wrong, []);
    });

  for (const member of ['data', 'control'] as const)
    it(`as ${member}: of a box`, () => {
      const wrong = places
        .filter(place => !/^(?:folder|nowhere)/.test(place))
        .flatMap(place => {
          const before = kindOf(place);
          writeFileSync(at('odd.yaml'), JSON.stringify(boxOf({ [member]: at(place) })));
          const said = wrongOf('smartboxd', ['--config', at('odd.yaml')]);
          const isThere = before === null || kindOf(place) === before;
          return said ?? (isThere ? [] : `${member}: ${place} is gone`);
        });
      assert.deepEqual(wrong, []);
    });

  it('in the data folder of a box: the daemon starts all the same, and ends when it is told to', async t => {
    const rig = await onBox(t, { slots: 1 });
    await rig.book({ code, slot: 1, ...today() });
    await rig.stop();
    for (const name of ['run.json', 'smartbox.mark', 'smartbox.lock', 'smartbox.suspect', 'smartbox.db']) {
      rmSync(join(rig.data, name), { force: true });
      execFileSync('mkfifo', [join(rig.data, name)]);
      await rig.start();
      const { stderr } = await rig.stop();
      assert.match(stderr, new RegExp(`aside.*${name.replaceAll('.', '\\.')}\\.no-file-`), name);
    }
    await rig.start();
    const { storage } = JSON.parse((await rig.cli(['status', '--json'])).stdout) as { storage: string };
    assert.equal(storage, 'good');
    assert.equal((await rig.stop()).code, 0);
  });
});
