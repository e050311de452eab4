import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hours, millis, minutes, mono, seconds, wall } from '../../../src/base/brand.ts';
import { clockLevel } from '../../../src/box/core/clock.ts';
import {
  type ClockSource,
  type ClockWitness,
  nextLookMs,
  noBoxBefore,
  sourceOf,
} from '../../../src/box/core/clock-witness.ts';
import { BenchBox } from './bench-box.ts';
import { t0 } from './bench-site.ts';

const now = wall(noBoxBefore + hours(24 * 300));
const nothing: ClockWitness = { wall: now, steered: null, noted: false, chip: null };
const chipAt = (ms: number): Partial<ClockWitness> => ({ chip: { at: wall(now + ms) } });

describe('23. who vouches for the clock of the system', () => {
  const table: readonly (readonly [string, Partial<ClockWitness>, ClockSource | null])[] = [
    ['nobody, where nobody could be asked', {}, null],
    ['chrony, ntpd or timesyncd, as the kernel has it', { steered: true }, 'network'],
    ['nobody, where the kernel was told nothing', { steered: false }, null],
    ['timesyncd by its note, where the kernel cannot be asked', { noted: true }, 'network'],
    ['nobody by a note, where the clock was set by hand since', { noted: true, steered: false }, null],
    ['a chip that the kernel took the time from', chipAt(0), 'chip'],
    ['a chip, where no source has been heard yet', { ...chipAt(0), steered: false }, 'chip'],
    ['a source rather than a chip', { ...chipAt(0), steered: true }, 'network'],
    ['a chip that drifted since the boot', chipAt(seconds(60)), 'chip'],
    ['a chip that drifted the other way', chipAt(-seconds(60)), 'chip'],
    ['no chip that says another time: one of both was set', chipAt(-seconds(61)), null],
    ['nor one that is ahead', chipAt(seconds(61)), null],
    ['no chip whose voltage was low', { chip: { at: null } }, null],
    [
      'no chip that begins anew at 2000',
      { wall: wall(946_684_800_000), chip: { at: wall(946_684_800_000) } },
      null,
    ],
    [
      'nor one at the end of 2025',
      { wall: wall(noBoxBefore - 1), chip: { at: wall(noBoxBefore - 1) } },
      null,
    ],
  ];
  for (const [name, found, source] of table)
    test(name, () => assert.equal(sourceOf({ ...nothing, ...found }), source));

  test('it is looked again soon while a network may come up, and seldom after that', () => {
    assert.deepEqual(
      [nextLookMs(null, 1), nextLookMs('chip', 19), nextLookMs('network', 1), nextLookMs(null, 20)],
      [seconds(30), seconds(30), minutes(5), minutes(5)],
    );
  });
});

describe('23. a clock chip', () => {
  const levelOf = (box: BenchBox) => clockLevel(box.state, { mono: mono(box.mono), wall: box.wall });
  const chip = (box: BenchBox, ms: number): void => {
    box.wall = wall(box.wall + ms);
    box.feed({ type: 'clock-synced', synced: true, by: 'chip' });
  };
  const table: readonly (readonly [string, number, string])[] = [
    ['that counted on while the box was off for a month', hours(24 * 30), 'synced'],
    ['that is a little slow', -seconds(5), 'synced'],
    ['that is behind what the box has lived through vouches for nothing', -seconds(6), 'behind'],
    ['that began anew vouches for nothing', -t0, 'behind'],
  ];
  for (const [name, ms, level] of table)
    test(name, () => {
      const box = new BenchBox();
      chip(box, ms);
      assert.equal(levelOf(box), level);
    });

  test('that is behind moves no floor', () => {
    const box = new BenchBox();
    box.feed({ type: 'woke' });
    const before = box.state.clock.floorAtBoot;
    chip(box, -hours(24));
    assert.deepEqual([box.state.clock.floorAtBoot, box.state.clock.synced], [before, false]);
  });

  test('says nothing against whoever vouched before: not against the relay, which corrected the clock', () => {
    const box = new BenchBox();
    box.feed({ type: 'clock-synced', synced: true });
    box.command({ verb: 'clock-set', wall: wall(t0 - hours(2)) });
    chip(box, 0);
    assert.equal(box.state.clock.offset, millis(-hours(2)));
  });
});
