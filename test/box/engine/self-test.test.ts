import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BoxState } from '../../../src/box/core/model.ts';
import { selfTest } from '../../../src/box/engine/self-test.ts';
import type { LineReport, Watcher } from '../../../src/box/ports.ts';
import { BenchBox } from '../core/bench-box.ts';

const line = (name: string, trouble: string | null): LineReport => ({
  ...{ name, line: 'c line 1', direction: 'out', level: 0, trouble },
});

/** A box that is well, but for what a test says of it. */
function tested(ill: {
  readonly deaf?: boolean;
  readonly unreadable?: boolean;
  readonly health?: Partial<BoxState['health']>;
  readonly lines?: readonly LineReport[];
  readonly unguarded?: boolean;
}): string | null {
  const bench = new BenchBox();
  const watchers = new Set<Watcher>();
  const state: BoxState = { ...bench.state, health: { ...bench.state.health, ...ill.health } };
  const outcome = selfTest({
    loop: {
      state,
      report: () => {
        if (ill.deaf !== true) for (const watcher of watchers) watcher.changed(state);
      },
      watch: watcher => {
        watchers.add(watcher);
        return () => watchers.delete(watcher);
      },
    },
    store: {
      bookings: {
        byCode: () => {
          if (ill.unreadable === true) throw new Error('disk I/O error');
          return [];
        },
      },
    },
    cabinet: {
      inspect: () => ill.lines ?? [line('slot 1 lock', null), line('slot 2 lock', 'EIO')],
      guardHealthy: () => ill.unguarded !== true,
    },
  });
  assert.equal(watchers.size, 0, 'nobody is left watching');
  return outcome;
}

test('a box that works is well, with a dead slot, a dead lamp or a dead sensor too', () => {
  assert.equal(tested({}), null);
  const lines = [
    line('slot 1 lock', null),
    line('slot 2 lock', 'EIO'),
    line('green', 'EIO'),
    line('slot 1 door', 'EIO'),
  ];
  assert.equal(tested({ lines }), null);
  assert.equal(tested({ lines: [] }), null);
});

test('what no code gets through is named', () => {
  assert.match(String(tested({ deaf: true })), /no input is judged/);
  assert.match(String(tested({ unreadable: true })), /cannot be looked up: disk I\/O error/);
  const lines = [line('slot 1 lock', 'EIO'), line('slot 2 lock', 'ENODEV'), line('green', null)];
  assert.match(String(tested({ lines })), /no lock can be driven: EIO/);
  assert.match(String(tested({ unguarded: true })), /guard process is away/);
});

test('a disk that is known to refuse ends no process: the returns of meanwhile are only there', () => {
  assert.equal(tested({ unreadable: true, health: { storage: 'degraded' } }), null);
  assert.equal(tested({ unreadable: true, health: { databaseSuspect: true } }), null);
});
