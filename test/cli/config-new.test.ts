/** `smartbox config new`: a configuration to begin with, before there is a box. */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { boardNames } from '../../src/cli/boards.ts';
import { run } from './bench.ts';

const nowhere = { SMARTBOX_SOCKET: '/nonexistent/control.sock' };
const asked = (...args: readonly string[]) => run(['config', 'new', ...args], nowhere);

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'smartbox-new-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

for (const board of boardNames)
  test(`${board}: what it writes passes config check`, async t => {
    const file = join(folder(t), 'box.yaml');
    const written = await asked('--board', board, '--out', file);
    assert.equal(written.code, 0, written.stderr);
    assert.match(written.stdout, /smartbox config check/);
    const checked = await run(['config', 'check', file], nowhere);
    assert.deepEqual([checked.code, checked.stderr], [0, '']);
  });

test('a file that is there is never written over, however it came there, unless --replace is said', async t => {
  const dir = folder(t);
  const file = join(dir, 'box.yaml');
  const link = join(dir, 'link.yaml');
  const dangling = join(dir, 'dangling.yaml');
  writeFileSync(file, 'mine', { mode: 0o640 });
  symlinkSync(file, link);
  symlinkSync(join(dir, 'nothing'), dangling);
  for (const out of [file, link, dangling, dir]) {
    const refused = await asked('--board', 'pi4-4', '--out', out);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /is there already and stays as it is\nhint: .*--replace/);
  }
  assert.deepEqual([readFileSync(file, 'utf8'), existsSync(join(dir, 'nothing'))], ['mine', false]);
  const json = await asked('--board', 'pi5-4', '--out', link, '--replace', '--json');
  assert.deepEqual(JSON.parse(json.stdout), { board: 'pi5-4', file: link });
  assert.match(readFileSync(file, 'utf8'), /pinctrl-rp1/);
  assert.equal(statSync(file).mode & 0o777, 0o640, 'who may read it stays as it was');
  assert.deepEqual(
    readdirSync(dir).sort(),
    ['box.yaml', 'dangling.yaml', 'link.yaml'],
    'nothing is left beside it',
  );
});

test('a folder that is not there, or a file that is a folder, is said with a hint', async t => {
  const dir = folder(t);
  for (const args of [[join(dir, 'no/box.yaml')], [dir, '--replace']]) {
    const { code, stdout, stderr } = await asked('--board', 'pi4-4', '--out', ...args);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^smartbox: .+\nhint: Name (?:another|a) file/);
  }
  assert.deepEqual(readdirSync(dir), []);
});

test('without --out it is on standard output, and with --json in the document', async () => {
  const plain = await asked('--board', 'zero2w-4');
  assert.deepEqual([plain.code, plain.stderr], [0, '']);
  assert.match(plain.stdout, /chip: pinctrl-bcm2835, line: 18/);
  const json = await asked('--board', 'zero2w-4', '--json');
  assert.deepEqual(JSON.parse(json.stdout), { board: 'zero2w-4', text: plain.stdout });
});
