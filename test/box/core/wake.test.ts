import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { slotId } from '../../../src/base/brand.ts';
import { nextWake } from '../../../src/box/core/wake.ts';
import { BenchBox } from './bench-box.ts';
import { at, booking, subject } from './bench-site.ts';

/** Seconds from now until the box wants to be woken; null = never. */
const wakesIn = (box: BenchBox): number | null => {
  const wake = nextWake(box.state);
  return wake === null ? null : (wake - box.mono) / 1_000;
};

describe('nextWake names the next thing that is due', () => {
  test('an idle box need not be woken', () => assert.equal(wakesIn(new BenchBox()), null));

  const table: readonly [string, number, (box: BenchBox) => void][] = [
    [
      'a lock whose pulse never ends',
      1.3,
      box => {
        box.lock = 'mute';
        box.types(booking('a', 1));
        box.feed({ type: 'pulse-begun', slot: slotId(1), ms: box.slot(1).pulseMs });
      },
    ],
    ['a PIN prompt', 30, box => box.phones('p', booking('a', 1))],
    ['a door held', 60, box => box.feed({ type: 'door-changed', slot: slotId(1), door: 'open' })],
    [
      'the end of a lock-down',
      1_800,
      box => void box.command({ verb: 'lockdown', on: true, until: at(0.5) }),
    ],
    ['what is on the display', 8, box => box.types()],
    [
      'due-soon, once the display is at rest',
      3_600 * 8 - 900 - 20,
      box => {
        box.types(booking('a', 1));
        box.takesFrom(1);
        box.after(20 - (box.mono - 1_000) / 1_000);
      },
    ],
  ];
  for (const [name, expected, prepare] of table) {
    test(`${name}: in ${expected} s`, () => {
      const box = new BenchBox();
      prepare(box);
      assert.equal(wakesIn(box), expected);
    });
  }

  test('not-opened: 20 s after the pulse began', () => {
    const box = new BenchBox();
    box.types(booking('a', 1));
    box.after(19.9);
    assert.ok(Math.abs((wakesIn(box) ?? 0) - 0.1) < 1e-9);
  });

  test('what was due is not due any more once the box was woken for it', () => {
    const box = new BenchBox();
    box.phones('p', booking('a', 1));
    box.pin(subject('phone', 'p'), []);
    box.types(booking('b', 2, { end: at(0.3) }));
    box.opensDoor(3);
    box.takesFrom(2);
    for (let n = 0; n < 200; n += 1) {
      const wake = nextWake(box.state);
      if (wake === null) return;
      box.after(Math.max(0, (wake - box.mono) / 1_000));
      const again = nextWake(box.state);
      assert.ok(again === null || again > box.mono, 'no spinning');
    }
    assert.fail('it never comes to rest');
  });

  test('a box restored in a far future does what is overdue and comes to rest', () => {
    const box = new BenchBox();
    box.types(booking('a', 1));
    box.takesFrom(1);
    box.command({ verb: 'lockdown', on: true, until: at(1) });
    box.wall = at(20);
    box.reboots();
    box.after(60);
    assert.ok(box.told().includes('overdue'));
    assert.equal(wakesIn(box), null);
  });
});
