import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { slotId } from '../../../src/base/brand.ts';
import type { InputBody } from '../../../src/box/core/input.ts';
import { BenchBox } from './bench-box.ts';
import { booking } from './bench-site.ts';

const one = slotId(1);
const a = booking('a', 1);
const opens: InputBody = { type: 'door-changed', slot: one, door: 'open' };
const shuts: InputBody = { type: 'door-changed', slot: one, door: 'shut' };
const gone: InputBody = { type: 'presence-changed', slot: one, presence: 'absent' };
const seen: InputBody = { type: 'presence-changed', slot: one, presence: 'present' };

/** Nobody wakes the box and nothing is told for so long: then it is told all at once. */
const told = (box: BenchBox, stallS: number, news: readonly InputBody[]): void => {
  box.stalls(stallS);
  for (const body of news) box.feed(body);
  box.after(0);
};

const faults = ['jammed', 'door-forced', 'custody-mismatch', 'sensor-suspect', 'not-opened', 'door-held'];
const faultless = (types: readonly string[]): void =>
  assert.deepEqual(
    types.filter(type => faults.includes(type)),
    [],
    'nothing is blamed',
  );

describe('what sensors and the lock said is judged before deadlines that passed meanwhile', () => {
  for (const unsensed of [false, true] as const)
    for (const stallS of [1.4, 2.5, 19, 30, 90])
      test(`a take over a stall of ${stallS} s, ${unsensed ? 'without' : 'with'} presence, and its return`, () => {
        const box = new BenchBox(unsensed ? { unsensed: 'all' } : {});
        box.types(a);
        const news = unsensed ? [opens, shuts] : [opens, gone, shuts];
        told(box, stallS, [{ type: 'pulse-ended', slot: one }, ...news]);
        const types = box.told();
        faultless(types);
        assert.ok(types.includes('key-taken'));
        assert.equal(types.filter(type => type === 'door-closed').length, 1);
        box.after(5);
        box.types(a);
        told(box, stallS, [{ type: 'pulse-ended', slot: one }, opens, ...(unsensed ? [] : [seen]), shuts]);
        const back = box.told();
        faultless(back);
        assert.ok(back.includes('key-returned'));
        box.after(5);
        box.types(booking('b', 1));
        assert.equal(box.heard()[0]?.for, 'take', 'and the next may take it');
      });

  test('a door that was shut during the stall was not held', () => {
    const box = new BenchBox();
    box.types(a);
    box.after(0.4);
    box.opensDoor(1);
    told(box, 90, [gone, shuts]);
    faultless(box.told());
  });

  test('a deadline that has passed is judged by the next wake, and asked for at once', () => {
    const box = new BenchBox();
    box.types(a);
    box.stalls(90);
    box.feed({ type: 'pulse-ended', slot: one });
    assert.ok(!box.told().includes('not-opened'));
    box.after(0);
    assert.ok(box.told().includes('not-opened'));
  });

  test('a wake that comes before the news waits for it; other deadlines do not', () => {
    const box = new BenchBox();
    box.types(a);
    box.after(0.4);
    box.stalls(60);
    box.feed({ type: 'woke' }, { unheard: true });
    assert.deepEqual(box.told(), ['granted', 'pulsed'], 'the door has still to be heard');
    assert.equal(box.state.shown, null, 'a text is taken away in its time');
    told(box, 0, [opens, gone, shuts]);
    faultless(box.told());
  });

  test('a whole visit of which only the edges and the presence are left is a visit, not a broken sensor', () => {
    const box = new BenchBox();
    box.types(a);
    told(box, 3, [{ type: 'pulse-ended', slot: one }, { ...gone, doorStirred: true } as InputBody]);
    assert.deepEqual(box.told(), ['granted', 'pulsed', 'door-opened', 'key-taken', 'door-closed']);
    box.after(3);
    box.types(a);
    told(box, 3, [{ type: 'pulse-ended', slot: one }, { ...seen, doorStirred: true } as InputBody]);
    assert.deepEqual(box.told(), ['granted', 'pulsed', 'door-opened', 'key-returned', 'door-closed']);
    assert.equal(box.slot(1).doorSuspect, false);
  });

  test('without a presence sensor a whole visit of which only the edges are left is one, in both directions', () => {
    const box = new BenchBox({ unsensed: 'all' });
    const stirred: InputBody = { type: 'door-stirred', slot: one };
    for (const [phase, purpose] of [
      ['pulse-ended', 'key-taken'],
      ['pulsing still', 'key-returned'],
    ] as const) {
      box.types(a);
      box.after(0);
      const ended: readonly InputBody[] = phase === 'pulse-ended' ? [{ type: phase, slot: one }] : [];
      told(box, 30, [...ended, stirred]);
      assert.deepEqual(box.told(), ['granted', 'pulsed', 'door-opened', 'door-closed', purpose]);
      box.after(3);
    }
    box.feed(stirred);
    assert.deepEqual(box.told(), [], 'and nothing where nobody was let in');
  });

  test('edges without a grant excuse nothing', () => {
    const box = new BenchBox();
    box.feed({ ...gone, doorStirred: true } as InputBody);
    assert.deepEqual(box.told(), ['sensor-suspect', 'custody-mismatch']);
  });
});

describe('a grant that is too old', () => {
  const missed: InputBody = { type: 'pulse-missed', slot: one, reason: 'too-late' };

  test('says until when its lock may move: openWithinS, and the pulses before it', () => {
    const box = new BenchBox();
    box.types(a);
    box.types(booking('b', 2));
    const untils = box.effects.flatMap(effect => (effect.type === 'pulse-lock' ? [effect.until] : []));
    assert.deepEqual(untils, [box.mono + 20_000]);
    box.after(1);
    const all = box.effects.flatMap(effect => (effect.type === 'pulse-lock' ? [effect.until] : []));
    assert.ok((all[1] ?? 0) > box.mono - 1_000 + 20_000);
  });

  for (const reason of ['too-late', 'no-guard', 'stood-still'])
    test(`missed, ${reason}: not-opened, no try spent, the slot as good as before, the code good again`, () => {
      const box = new BenchBox();
      box.lock = 'mute';
      for (let n = 0; n < 7; n += 1) {
        box.types(a);
        box.feed({ ...missed, reason });
        const heard = box.heard();
        assert.deepEqual(
          heard.map(({ type }) => type),
          ['granted', 'not-opened'],
        );
        assert.equal(heard[1]?.reason, reason);
        assert.equal(box.screen.text, 'not-opened');
      }
      const { jammed, lineFaulted, misses, opening } = box.slot(1);
      assert.deepEqual(
        { jammed, lineFaulted, misses, opening },
        {
          jammed: false,
          lineFaulted: false,
          misses: 0,
          opening: null,
        },
      );
      box.lock = 'works';
      box.types(a);
      box.takesFrom(1);
      assert.ok(box.told().includes('key-taken'));
    });

  test('a return is not refused by it: whoever brings the key asks again at once', () => {
    const box = new BenchBox();
    box.types(a);
    box.takesFrom(1);
    box.lock = 'mute';
    box.types(a);
    box.feed(missed);
    box.lock = 'works';
    box.heard();
    box.types(a);
    assert.equal(box.heard()[0]?.for, 'return');
    box.bringsTo(1);
    assert.ok(box.told().includes('key-returned'));
  });

  test('one that waits behind a stalled lock is not powered when its time is over', () => {
    const box = new BenchBox();
    box.types(a);
    box.types(booking('b', 2));
    box.pulsed();
    told(box, 25, [{ type: 'pulse-ended', slot: one }]);
    assert.deepEqual(box.pulsed(), []);
    const missedTake = box.heard().find(entry => entry.type === 'not-opened' && entry.slot === 2);
    assert.equal(missedTake?.reason, 'too-late');
    box.types(booking('b', 2));
    assert.deepEqual(box.pulsed(), [2]);
  });

  test('all doors of a large box are opened in their turn, however long that takes', () => {
    const box = new BenchBox({ slots: 34 });
    box.remembers({
      slots: box.state.slots.map(slot => ({ ...slot, pulseMs: 1_000 as typeof slot.pulseMs })),
    });
    box.command({ verb: 'open-all' });
    box.after(60);
    assert.equal(box.pulsed().length, 34);
  });
});
