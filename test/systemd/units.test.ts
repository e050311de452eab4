import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';

const folder = resolve(import.meta.dirname, '../../systemd');
const units = readdirSync(folder).filter(name => name.endsWith('.service'));
const analyze = (...args: string[]) => spawnSync('systemd-analyze', args, { encoding: 'utf8' });
const version = analyze('--version');
const skip = version.status === 0 ? false : 'systemd-analyze is not installed: apt-get install systemd';

/** The units with what they run, where this machine may have nothing: a folder in the place of `/usr/lib`. */
function installed(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'smartbox-units-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  for (const name of ['smartbox', 'smartbox-relay']) {
    cpSync(join(folder, 'lib'), join(dir, name), { recursive: true });
    symlinkSync(process.execPath, join(dir, name, 'node'));
  }
  for (const unit of units) {
    const text = readFileSync(join(folder, unit), 'utf8');
    assert.match(text, /=[-+]*\/usr\/lib\/smartbox/);
    writeFileSync(join(dir, unit), text.replaceAll('/usr/lib/', `${dir}/`));
  }
  mkdirSync(join(dir, 'smartboxd.service.d'));
  cpSync(join(folder, 'smartboxd.service.d'), join(dir, 'smartboxd.service.d'), { recursive: true });
  return dir;
}

test('the units and their drop-ins are ones that systemd understands, every word of them', { skip }, t => {
  const dir = installed(t);
  for (const unit of units) {
    const { status, stdout, stderr } = analyze('verify', '--man=no', join(dir, unit));
    assert.deepEqual({ unit, status, said: stdout + stderr }, { unit, status: 0, said: '' });
  }
  assert.deepEqual(units, ['smartbox-relay.service', 'smartboxd.service']);
});

// A Debian of the least size has no /bin/kill, for one: it is of procps.
test('what a unit runs is its own, or of a package that no Debian is without', () => {
  for (const unit of units) {
    const commands = readFileSync(join(folder, unit), 'utf8').matchAll(/^Exec\w+=[-+!:@]*(\S+)/gm);
    for (const [, command = ''] of commands)
      assert.match(command, /^(?:\/bin\/sh|\/usr\/lib\/smartbox(?:-relay)?\/[\w-]+)$/, `${unit}: ${command}`);
  }
});

// As `systemd-analyze security` counts: tenths. Of a running unit the same figures are asked in the virtual box.
for (const [unit, threshold] of [
  ['smartboxd.service', 14],
  ['smartbox-relay.service', 16],
] as const)
  test(`${unit} is shut in: exposure of at most ${threshold / 10}`, { skip }, t => {
    const unitFile = join(installed(t), unit);
    const { status, stdout } = analyze('security', '--offline=yes', `--threshold=${threshold}`, unitFile);
    assert.equal(status, 0, stdout.split('\n').at(-2));
  });
