/** The files of docs/monitoring speak of figures that /metrics gives, and of all of them; Grafana and Prometheus can read them. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parse } from 'yaml';
import { memoryFolder } from '../../../scripts/rig/memory-folder.ts';
import { silent } from '../../../src/base/log.ts';
import { ensureFirstAccount } from '../../../src/relay/domain/accounts.ts';
import { metricsText } from '../../../src/relay/http/metrics.ts';
import { openSqliteStore } from '../../../src/relay/store/sqlite.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'docs', 'monitoring');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly datasource: { readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly refId: string; readonly expr: string }[];
  readonly fieldConfig: { readonly defaults: object; readonly overrides: readonly object[] };
}
interface Board extends Readonly<Record<string, unknown>> {
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] };
}
interface Rule extends Readonly<Record<string, unknown>> {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
}

const board = JSON.parse(read('grafana-relay.json')) as Board;
const { groups } = parse(read('smartbox-alerts.yml')) as {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
};
const rules = groups.flatMap(group => group.rules);
const expressions = [
  ...board.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ...rules.map(({ expr }) => expr),
];

let text = '';
before(async () => {
  const place = mkdtempSync(join(memoryFolder(), 'smartbox-metrics-'));
  const store = await openSqliteStore({ file: join(place, 'relay.db'), log: silent });
  await store.write(tx => ensureFirstAccount(tx, 1));
  const pulse = { brokerUp: true, shares: { mine: 1, all: 64 }, queues: {}, counters: { eventsStored: 1 } };
  text = await metricsText(store, pulse, 2);
  await store.close();
  after(() => rmSync(place, { recursive: true, force: true }));
});

const figures = (): readonly string[] => [...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name = '']) => name);

test('each figure that the board and the alerts name is one of /metrics, and the board shows all of them', () => {
  const named = (among: readonly string[]): readonly string[] =>
    [...new Set(among.flatMap(expr => expr.match(/\bsmartbox_\w+/g) ?? []))].sort();
  assert.ok(figures().length >= 10, text);
  const strangers = named(expressions).filter(name => !figures().includes(name));
  assert.deepEqual(strangers, []);
  const shown = named(expressions.slice(0, expressions.length - rules.length));
  assert.deepEqual(shown, [...figures()].sort());
});

test('each label that they choose by is one that the figure has, with a value that it may have', () => {
  for (const expr of expressions)
    for (const [, name = '', chosen = ''] of expr.matchAll(/\b(smartbox_\w+)\{([^}]*)\}/g))
      for (const [, label = '', value = ''] of chosen.matchAll(/(\w+)=~?"([^"]*)"/g)) {
        // Prometheus adds these two.
        if (label === 'job' || label === 'instance') continue;
        assert.ok(text.includes(`${name}{${label}="${value}"}`), `${expr}: ${label}="${value}"`);
      }
});

/** The members that Grafana's model of a dashboard has (grafana.com/docs, “Dashboard JSON model”), and what imports need of a panel. */
test('the board has the shape that Grafana reads, and no panel lies over another', () => {
  for (const member of ['uid', 'title', 'tags', 'timezone', 'editable', 'graphTooltip', 'time', 'timepicker'])
    assert.ok(member in board, member);
  for (const member of ['annotations', 'refresh', 'version', 'links']) assert.ok(member in board, member);
  // From 36 on a data source is named by type and uid; 39 is the one of Grafana 10.4 and 11.
  assert.equal(board.schemaVersion, 39);
  assert.ok(!('id' in board), 'an id belongs to one database');
  const names = new Set(board.templating.list.map(({ name }) => name));
  assert.deepEqual([...names], ['datasource', 'job']);
  assert.equal(new Set(board.panels.map(({ id }) => id)).size, board.panels.length);
  const cells = new Set<string>();
  for (const { title, description, type, gridPos, targets, fieldConfig, datasource } of board.panels) {
    assert.ok(['stat', 'timeseries'].includes(type) && title.length > 3 && description.length > 5, title);
    assert.equal(datasource.uid, `\${datasource}`);
    assert.ok(targets.length > 0 && targets.every(({ refId }) => /^[A-Z]$/.test(refId)), title);
    assert.ok('defaults' in fieldConfig && Array.isArray(fieldConfig.overrides), title);
    const { x, y, w, h } = gridPos;
    assert.ok(x + w <= 24 && w > 0 && h > 0, title);
    for (let column = x; column < x + w; column += 1)
      for (let row = y; row < y + h; row += 1) {
        assert.ok(!cells.has(`${column} ${row}`), `${title} lies over another`);
        cells.add(`${column} ${row}`);
      }
  }
});

test('the alerts are rules that Prometheus reads, and the scrape reads them', () => {
  assert.ok(rules.length >= 5);
  assert.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length);
  for (const rule of rules) {
    assert.deepEqual(Object.keys(rule).sort(), ['alert', 'annotations', 'expr', 'for', 'labels']);
    assert.match(rule.alert, /^SmartBox[A-Z]\w+$/);
    assert.match(rule.for, /^\d+[mh]$/);
  }
  const scrape = parse(read('prometheus.yml')) as {
    readonly scrape_configs: readonly { readonly job_name: string; readonly metrics_path: string }[];
    readonly rule_files: readonly string[];
  };
  assert.deepEqual(scrape.rule_files, ['smartbox-alerts.yml']);
  assert.deepEqual(
    scrape.scrape_configs.map(({ job_name, metrics_path }) => [job_name, metrics_path]),
    [['smartbox-relay', '/metrics']],
  );
});
