/** The cabinet in a terminal: all of it, with its links, in the smallest terminal that people have. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crew } from '../../scripts/stage/people.ts';
import { picture, type Seen } from '../../scripts/stage/picture.ts';
import type { Stage } from '../../scripts/stage/stage.ts';

const link = `http://127.0.0.1:18080/admin/first/${'x'.repeat(32)}`;
const stage = {
  rig: { lines: { lock: () => 1, level: () => 0 }, display: null },
  firstLink: link,
  relay: { url: 'http://127.0.0.1:18080' },
  tokenFile: '/tmp/smartbox-demo-AbCdEf/token',
  ports: { mqtt: { port: 11883 } },
  fleetio: { url: 'http://127.0.0.1:18070' },
  replaced: ['port 8080 is taken: 18080', 'port 1883 is taken: 11883'],
  mails: { newest: null },
} as unknown as Stage;

const event = { seq: 1, at: '2026-03-01T08:00:00.000Z', type: 'door-opened', slot: 1, key: 'k'.repeat(90) };
const seen = {
  events: Array.from({ length: 60 }, () => event),
  told: crew.map(person => ({ person, state: 'on-box', code: '40718265' })),
  link: 'up',
  note: 'n'.repeat(200),
} as unknown as Omit<Seen, 'rows' | 'columns'>;

/** Columns that a terminal gives a line. */
const width = (line: string): number =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape of the terminal begins with one
  [...line.replace(/\x1b\[[0-9;]*[mK]/g, '')].reduce((sum, char) => sum + (char === '🔑' ? 2 : 1), 0);

for (const [columns, rows] of [
  [80, 24],
  [100, 30],
  [132, 50],
] as const)
  test(`everything fits ${columns} × ${rows}, links and keys among it`, () => {
    const lines = picture(stage, { ...seen, rows, columns }).split('\r\n');
    assert.ok(lines.length <= rows, `${lines.length} rows`);
    for (const line of lines) assert.ok(width(line) <= columns, `${width(line)}: ${line}`);
    const text = lines.join('\n');
    for (const part of [
      link,
      '/api/v1/openapi.json',
      'mqtt://127.0.0.1:11883',
      ':18070',
      'q  quit',
      '└──────────┘',
    ])
      assert.ok(text.includes(part), part);
    assert.match(lines.at(-1) ?? '', /door-opened/);
    // The fourth slot is whole.
    assert.ok(lines.some(line => line.includes('┌────4─────┐')));
  });
