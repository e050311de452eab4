import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BenchBox } from './bench-box.ts';
import { booking } from './bench-site.ts';

const a = booking('a', 1);
const b = booking('b', 2);

describe('18. other fobs on the ring', () => {
  /** The key of slot 1 is out. */
  function out(): BenchBox {
    const box = new BenchBox();
    box.types(a);
    box.takesFrom(1);
    box.after(10);
    box.heard();
    return box;
  }

  test('leave the text of a return where it is, while it runs and for 5 s after it', () => {
    const box = out();
    box.tag('slot-1');
    box.after(0.3);
    box.tag(null, 'house key');
    assert.deepEqual(box.screen, { text: 'return', slot: 1, key: 'slot-1' });
    box.opensDoor(1);
    box.keySeen(1);
    box.shutsDoor(1);
    const { screen } = box;
    box.after(4);
    box.tag(null, 'gym locker');
    assert.deepEqual(box.screen, screen);
    box.after(5.1);
    box.tag(null, 'office door');
    assert.deepEqual(box.screen, { text: 'refused' });
  });

  test('a badge on the ring asks for no PIN; tapped a moment later it does', () => {
    const box = out();
    box.tag('slot-1');
    box.after(0.3);
    box.badge('card', b);
    assert.deepEqual(box.screen, { text: 'return', slot: 1, key: 'slot-1' });
    assert.equal(box.state.panel.mode, 'idle');
    box.after(3);
    box.badge('card', b);
    assert.deepEqual(box.screen, { text: 'pin', again: false });
  });

  test('after a door that did not open neither', () => {
    const box = new BenchBox();
    box.types(a);
    box.after(20.5);
    assert.equal(box.screen.text, 'not-opened');
    box.tag(null);
    assert.equal(box.screen.text, 'not-opened');
  });

  test('lock nobody out, however many returns bring them', () => {
    const box = new BenchBox();
    for (let n = 0; n < 8; n += 1) {
      box.types({ ...a, reuse: true });
      box.takesFrom(1);
      box.tag('slot-1');
      box.tag(null, 'house key');
      box.bringsTo(1);
      box.tag(null, 'gym locker');
      box.after(6);
      box.tag(null, 'office door');
    }
    assert.equal(box.state.attempts.wrongs, 0);
    box.types(b);
    box.after(1);
    assert.ok(box.pulsed().includes(box.slot(2).id));
  });

  test('are one event a minute, with their count', () => {
    const box = new BenchBox();
    for (let n = 0; n < 10; n += 1) {
      box.tag(null, `noise ${n}`);
      box.after(3);
    }
    box.after(60);
    assert.deepEqual(box.heard(), [
      { type: 'denied', reason: 'unknown', by: 'tag' },
      { type: 'denied', reason: 'unknown', by: 'tag', count: 9 },
    ]);
    box.after(120);
    box.tag(null);
    assert.equal(box.heard().length, 1);
  });

  test('are no tag of the key that is learnt, once its own was read twice', () => {
    const box = new BenchBox({ keys: { van: 1, car: 2, bus: 3 }, empty: [1] });
    box.command({ verb: 'learn', key: 'van' as never, slot: null });
    box.after(0.4);
    box.opensDoor(1);
    const once = (of: string): void =>
      box.feed({ type: 'tag-read', frames: 1, fingerprint: of as never, key: null, badge: [] });
    once('noise');
    box.tag(null, 'its own');
    once('more noise');
    assert.equal(box.tags.at(-1)?.fingerprint, 'its own');
  });
});
