import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';

const scripts = resolve(import.meta.dirname, '../../systemd/lib');

/** Two chips as sysfs shows them, one line of the first held; `gpio-lines` writes down what it is asked. */
function machine(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), 'smartbox-safe-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const put = (path: string, text: string): void => {
    mkdirSync(join(dir, path, '..'), { recursive: true });
    writeFileSync(join(dir, path), text);
  };
  for (const [name, label, device, base] of [
    ['gpiochip512', 'pinctrl-bcm2711', 'fe200000.gpio', 512],
    ['gpiochip600', 'mcp23017', '1-0020', 600],
  ] as const) {
    put(`sys/${name}/label`, `${label}\n`);
    put(`sys/${name}/base`, `${base}\n`);
    put(`devices/${device}/x`, '');
    symlinkSync(`../../devices/${device}`, join(dir, 'sys', name, 'device'));
  }
  put('sys/gpio529/value', '1\n');
  cpSync(scripts, join(dir, 'lib'), { recursive: true });
  for (const arch of ['x64', 'arm64']) {
    put(`lib/app/native/${arch}/gpio-lines`, `#!/bin/sh\necho "$@" >>'${dir}/asked'\n`);
    chmodSync(join(dir, `lib/app/native/${arch}/gpio-lines`), 0o755);
  }
  return {
    dir,
    put,
    read: (path: string): string => readFileSync(join(dir, path), 'utf8'),
    safe: (text: string): number | null => {
      put('idle-lines', text);
      put('asked', '');
      const args = [join(dir, 'idle-lines')];
      return spawnSync(join(dir, 'lib/make-safe'), args, {
        env: { ...process.env, SMARTBOX_SYSFS: join(dir, 'sys') },
        stdio: 'inherit',
      }).status;
    },
    run: (script: string, args: readonly string[]) =>
      spawnSync(
        join(dir, 'lib', script),
        args.map(arg => join(dir, arg)),
        { encoding: 'utf8' },
      ),
  };
}

test('a line that sysfs holds is written; whatever else is named is left to gpio-lines', t => {
  const box = machine(t);
  assert.equal(box.safe('pinctrl-bcm2711:17=0\npinctrl-bcm2711:18=1\nmcp23017@1-0020:3=1\nno such:1=0\n'), 0);
  assert.equal(box.read('sys/gpio529/value'), '0\n');
  assert.equal(
    box.read('asked'),
    'lock,2,18,pinctrl-bcm2711 lock,2,3,mcp23017@1-0020 lock,0,1,no such\n',
    'chips whose label has a place or a space too; and one process for all, since each is time in which a coil is on',
  );
});

test('it fails where gpio-lines does, which is given nothing to do but to end', t => {
  const box = machine(t);
  const fails = '#!/bin/sh\ncat >>"$(dirname "$0")/../../../../asked"\nexit 1\n';
  for (const arch of ['x64', 'arm64']) box.put(`lib/app/native/${arch}/gpio-lines`, fails);
  assert.equal(box.safe('mcp23017:1=0\n'), 1);
  assert.equal(box.read('asked'), '');
});

test('where there is one helper, as in a package, nobody asks for the processor: each process is time', t => {
  for (const other of ['x64', 'arm64']) {
    const box = machine(t);
    rmSync(join(box.dir, 'lib/app/native', other), { recursive: true });
    assert.equal(box.safe('mcp23017:1=0\n'), 0);
    assert.equal(box.read('asked'), 'lock,0,1,mcp23017\n', `without ${other}`);
  }
});

test('an expander among several is told by its place', t => {
  const box = machine(t);
  box.put('sys/gpio603/value', '0\n');
  assert.equal(box.safe('mcp23017@1-0021:3=1\nmcp23017@1-0020:3=1\n'), 0);
  assert.equal(box.read('sys/gpio603/value'), '1\n');
});

test('what the daemon writes leads nowhere else: no path, no command, no level but 0 and 1', t => {
  const box = machine(t);
  box.put('victim', 'whole\n');
  const lines = [
    '../../victim:17=0',
    'pinctrl-bcm2711:17/../../victim=0',
    'pinctrl-bcm2711:17=2',
    '$(touch x):a=0',
    ':=',
    '',
  ];
  assert.equal(box.safe(`${lines.join('\n')}\n`), 0);
  assert.equal(box.read('victim'), 'whole\n');
  assert.equal(box.read('sys/gpio529/value'), '1\n');
  assert.equal(box.read('asked'), 'lock,0,17,../../victim\n', 'a name of no chip, which gpio-lines refuses');
});

test('a box that has never run names nothing', t => {
  assert.equal(machine(t).run('make-safe', ['none']).status, 0);
});

test('a box.yaml of comments alone is no configuration', t => {
  const box = machine(t);
  for (const [text, code] of [
    ['# box:\n\n   # slots\n', 1],
    ['', 1],
    ['# for us\nbox: { id: a }\n', 0],
    ['{"box": {}}', 0],
  ] as const) {
    box.put('box.yaml', text);
    const { status, stdout } = box.run('configured', ['box.yaml']);
    assert.equal(status, code, text);
    assert.equal(stdout.includes('systemctl start smartboxd'), code === 1);
  }
  assert.equal(box.run('configured', ['none.yaml']).status, 1);
});
