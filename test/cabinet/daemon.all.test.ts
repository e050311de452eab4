/** `cabinet:` of a real daemon: a code that is typed on the page opens a door of the real box, which outlives its power switch. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { programOf, Running } from '../../scripts/rig/program.ts';
import { until } from '../../scripts/rig/until.ts';
import { freePort } from './scene.ts';

/** A box of one slot that has nothing but its `box.yaml`. */
async function boxFor(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), 'smartbox-cabinet-'));
  const port = await freePort();
  const socket = join(dir, 'control.sock');
  const line = (number: number) => ({ chip: 'c', line: number });
  const config = {
    box: { id: 'played', name: 'Depot A', timezone: 'UTC', region: 'NL' },
    ...{ data: join(dir, 'data'), control: socket, gpio: { driver: 'sim', dir: join(dir, 'gpio') } },
    keypad: { path: join(dir, 'ports', 'keypad') },
    display: { path: join(dir, 'ports', 'display') },
    slots: [{ id: 1, lock: line(0), door: line(1), presence: line(2) }],
    inputs: { tamper: { ...line(3), activeLevel: 0 }, powerLow: line(4) },
    cabinet: { listen: `127.0.0.1:${port}` },
  };
  mkdirSync(join(dir, 'ports'));
  writeFileSync(join(dir, 'box.yaml'), JSON.stringify(config));
  let daemon: Running | null = null;
  const start = async (): Promise<Running> => {
    rmSync(socket, { force: true });
    const started = new Running([...programOf('smartboxd'), '--config', join(dir, 'box.yaml')], {});
    daemon = started;
    await until('the socket', () => existsSync(socket), 60_000);
    return started;
  };
  t.after(async () => {
    if (daemon?.running === true) daemon.child.kill('SIGTERM');
    await daemon?.finished;
    assert.equal(existsSync(config.keypad.path), false, 'the ports that it made go with it');
    rmSync(dir, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${port}/`;
  const cli = (args: readonly string[], input?: string) =>
    new Running([...programOf('smartbox'), ...args], { SMARTBOX_SOCKET: socket }, input).finished;
  const does = (fields: Readonly<Record<string, string>>): Promise<string> =>
    fetch(url, { method: 'POST', body: new URLSearchParams(fields) }).then(answer => answer.text());
  return { start, cli, does, page: () => fetch(url).then(answer => answer.text()) };
}

test('keypad, display, door and key of a box without any hardware; a key in the hand stays there over a power cut', async t => {
  const { start, cli, does, page } = await boxFor(t);
  const first = await start();
  const now = Date.now();
  const [begin, end] = [now - 3_600_000, now + 3_600_000].map(at => new Date(at).toISOString());
  const imported = await cli(
    ['bookings', 'import', '-'],
    JSON.stringify([{ slot: 1, code: '40718265', start: begin, end }]),
  );
  assert.equal(imported.code, 0, imported.stderr);
  await does({ do: 'type', keys: '40718265#' });
  await until('the door to be free', async () => /Door 1.*pull it open/.test(await page()));
  assert.match(await page(), /<pre>[^<]*\d/, 'the display says something');
  await does({ do: 'door', slot: '1' });
  const pulled = await does({ do: 'pull', key: 'slot-1' });
  assert.match(pulled, /slot-1 is in your hand/);
  await until('the box to notice', async () => /key-taken/.test((await cli(['events', 'list'])).stdout));
  assert.match(await does({ do: 'power' }), /No power/);
  assert.equal((await first.finished).signal, 'SIGKILL');
  await assert.rejects(page());
  await start();
  const after = await page();
  assert.match(after, /Hang slot-1 into door 1/);
  await does({ do: 'type', keys: '12' });
  await until('the display of the new run', async () => /Code: \*\*/.test(await page()));
});

test('the box notices its lid and its supply, and says so', async t => {
  const { start, cli, does, page } = await boxFor(t);
  await start();
  assert.match(await page(), /Lid \(tamper contact\): shut<.*Supply: good</s);
  const heard = async (type: RegExp) => type.test((await cli(['events', 'list', '--json'])).stdout);
  await does({ do: 'alarm', alarm: 'tamper', to: 'on' });
  await until('the lid to be noticed', () => heard(/"type":\s*"tamper"/));
  await does({ do: 'alarm', alarm: 'powerLow', to: 'on' });
  await until('the supply to be noticed', () => heard(/"type":\s*"power-low"/));
  const status = await cli(['status']);
  assert.equal(status.code, 1);
  assert.match(status.stdout, /tamper contact is open/);
  await does({ do: 'alarm', alarm: 'powerLow', to: 'off' });
  await until('the supply to be good', () => heard(/"type":\s*"power-good"/));
});
