/** A played cabinet around nothing: line files and ptys in a temporary folder, with nobody who listens at the other end. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { openPtyPair } from '../../scripts/rig/pty.ts';
import { silent } from '../../src/base/log.ts';
import { utc } from '../../src/base/time-zone.ts';
import { openFront } from '../../src/cabinet/front.ts';
import type { CabinetSpec } from '../../src/cabinet/spec.ts';

export interface Scene {
  readonly dir: string;
  readonly spec: CabinetSpec;
  level(name: string, slot: number): string;
  set(name: string, slot: number, level: 0 | 1): void;
}

export const van = { name: 'Van 12', slot: 1, tag: '0F00A1B201' } as const;

/** Three slots, each with its sensor but the last; the keys of the first and the last hang there. */
export function sceneFor(t: TestContext, more: Partial<CabinetSpec> = {}): Scene {
  const dir = mkdtempSync(join(tmpdir(), 'smartbox-cabinet-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const file = (name: string, slot: number): string => join(dir, name, String(slot));
  const set = (name: string, slot: number, level: 0 | 1): void => {
    mkdirSync(dirname(file(name, slot)), { recursive: true });
    writeFileSync(file(name, slot), `${level}\n`);
  };
  for (const slot of [1, 2, 3]) {
    set('lock', slot, 0);
    set('door', slot, 0);
    set('presence', slot, slot === 1 ? 0 : 1);
  }
  const spec: CabinetSpec = {
    ...{ host: '127.0.0.1', port: 0, name: 'Depot A', language: 'en', zone: utc },
    slots: [1, 2, 3].map(id => ({
      id,
      lock: { file: file('lock', id), so: 1 },
      door: { file: file('door', id), so: 0 },
      presence: id === 3 ? null : { file: file('presence', id), so: 0 },
    })),
    lamps: [{ lamp: 'green', line: { file: file('lamp', 1), so: 1 } }],
    alarms: [
      { alarm: 'tamper', line: { file: file('tamper', 1), so: 0 } },
      { alarm: 'powerLow', line: { file: file('power', 1), so: 1 } },
    ],
    keypad: { path: join(dir, 'keypad'), protocol: 'ascii', enter: 35, clear: 42 },
    readers: [{ name: 'front', path: join(dir, 'reader') }],
    display: { path: join(dir, 'display'), columns: 20, rows: 4 },
    ...{ keys: [van], cable: null, relay: null, restartedBy: null, stateFile: join(dir, 'cabinet.json') },
    ...more,
  };
  return { dir, spec, set, level: (name, slot) => readFileSync(file(name, slot), 'latin1').trim() };
}

/** Its three ports, as somebody else has made them. */
export async function portsFor(t: TestContext, { spec }: Scene): Promise<void> {
  const paths = [spec.keypad.path, spec.readers[0]?.path ?? '', spec.display?.path ?? ''];
  for (const path of paths) {
    const pair = await openPtyPair(path, `${path}.front`);
    t.after(() => pair.close());
  }
}

export interface Page {
  readonly url: string;
  /** Whether the power was cut. */
  readonly isOff: () => boolean;
}

/** Its page, at a free port. */
export async function pageFor(t: TestContext, spec: CabinetSpec): Promise<Page> {
  let isOff = false;
  const port = await freePort();
  const cutPower = (): void => {
    isOff = true;
  };
  const close = await openFront({ ...spec, port }, { log: silent, cutPower });
  t.after(close);
  return { url: `http://127.0.0.1:${port}`, isOff: () => isOff };
}

export async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
