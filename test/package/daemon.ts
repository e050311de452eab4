/** A daemon out of an unpacked package, started by the very words of its unit. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { PackageName } from '../../scripts/package/contents.ts';
import { Running } from '../../scripts/rig/program.ts';
import { until } from '../../scripts/rig/until.ts';
import { NotifySocket } from '../systemd/notify-socket.ts';
import { discard, temporary } from './built.ts';

/** The least that each can be told, with everything of it in one folder. */
export const configs: Readonly<Record<PackageName, (folder: string) => string>> = {
  smartbox: folder => `box: { id: packed, timezone: UTC, region: NL }
data: ${folder}/data
control: ${folder}/control.sock
keypad: { path: ${folder}/keypad }
gpio: { driver: sim, dir: ${folder}/gpio }
slots: [ { id: 1, lock: { chip: c, line: 0 }, door: { chip: c, line: 1 } } ]
`,
  'smartbox-relay': folder => `data: ${folder}/data
http: { listen: "127.0.0.1:0" }
mqtt: { listen: "127.0.0.1:0" }
`,
};

/** A system in a folder that has its units and programs of a checkout, by the links that systemd/README.md tells of. */
export function linked(checkout: string): string {
  const tree = temporary('linked');
  const lib = join(tree, 'usr/lib');
  mkdirSync(join(lib, 'systemd'), { recursive: true });
  cpSync(join(checkout, 'systemd'), join(lib, 'systemd/system'), { recursive: true });
  for (const name of Object.keys(units)) symlinkSync(join(checkout, 'dist'), join(lib, name));
  return tree;
}

const units: Readonly<Record<PackageName, string>> = {
  smartbox: 'smartboxd',
  'smartbox-relay': 'smartbox-relay',
};

/** Up to READY, and down again by SIGTERM. `tree`: where the package lies. */
export async function startsAndEnds(
  t: TestContext,
  tree: string,
  name: PackageName,
  config: (folder: string) => string,
): Promise<void> {
  const unit = units[name];
  const service = readFileSync(join(tree, `usr/lib/systemd/system/${unit}.service`), 'utf8');
  const [, line = ''] = /^ExecStart=(.*)$/m.exec(service) ?? [];
  const folder = temporary('run');
  t.after(() => discard(folder));
  const file = join(folder, `${unit}.yaml`);
  writeFileSync(file, config(folder));
  const socket = await NotifySocket.open(t, folder);
  const command = line
    .replaceAll('/usr/', `${tree}/usr/`)
    .replace(/\/etc\/\S+\.yaml/, file)
    .split(' ');
  const daemon = new Running(command as [string, ...string[]], {
    ...{ NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: '60000000', CACHE_DIRECTORY: join(folder, 'cache') },
  });
  t.after(() => daemon.child.kill('SIGKILL'));
  await until(
    `${unit} to be ready`,
    () => {
      assert.ok(daemon.running, daemon.stderr);
      return socket.heard.includes('READY=1');
    },
    60_000,
  );
  daemon.child.kill('SIGTERM');
  assert.equal((await daemon.finished).code, 0);
}
