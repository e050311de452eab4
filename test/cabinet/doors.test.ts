/** Doors and keys of a played cabinet, by its line files. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { Doors } from '../../src/cabinet/doors.ts';
import { sceneFor, van } from './scene.ts';

const state = (doors: Doors) =>
  doors.all.map(
    ({ isOpen, isReleased, key }) =>
      `${isOpen ? 'open' : isReleased ? 'free' : 'locked'} ${key?.name ?? '-'}`,
  );
const names = (doors: Doors) => doors.hand.map(({ name }) => name);

test('a locked door stays shut; once its lock was powered it opens, and shuts for good', t => {
  const scene = sceneFor(t);
  const doors = new Doors(scene.spec);
  assert.deepEqual(state(doors), ['locked Van 12', 'locked -', 'locked slot-3']);
  assert.equal(doors.press(1).is, 'locked');
  assert.equal(scene.level('door', 1), '0');
  scene.set('lock', 1, 1);
  doors.look();
  scene.set('lock', 1, 0);
  doors.look();
  assert.equal(state(doors)[0], 'free Van 12');
  assert.equal(doors.press(1).is, 'opened');
  assert.equal(scene.level('door', 1), '1');
  assert.equal(doors.press(1).is, 'shut');
  assert.deepEqual([scene.level('door', 1), doors.press(1).is], ['0', 'locked']);
  assert.equal(doors.press(9).is, 'no-door');
});

test('a pulse that came and went between two looks was seen', async t => {
  const scene = sceneFor(t);
  const doors = new Doors(scene.spec);
  await new Promise(resolve => setTimeout(resolve, 5));
  scene.set('lock', 2, 1);
  scene.set('lock', 2, 0);
  doors.look();
  assert.equal(state(doors)[1], 'free -');
});

test('a key is pulled, hung into another door, and its lines say so', t => {
  const scene = sceneFor(t);
  const doors = new Doors(scene.spec);
  assert.equal(doors.pull(van.name).is, 'behind-door');
  assert.equal(doors.force(1).is, 'forced');
  assert.equal(doors.pull(van.name).is, 'pulled');
  assert.deepEqual([scene.level('presence', 1), names(doors)], ['1', [van.name]]);
  assert.equal(doors.pull(van.name).is, 'in-hand-already');
  assert.equal(doors.hang(van.name, 2).is, 'behind-door');
  doors.force(2);
  assert.equal(doors.hang(van.name, 2).is, 'hung');
  assert.deepEqual([scene.level('presence', 2), names(doors)], ['0', []]);
  assert.equal(doors.hang(van.name, 1).is, 'hung', 'from one open door into another');
  assert.deepEqual([scene.level('presence', 1), scene.level('presence', 2)], ['0', '1']);
  doors.force(3);
  assert.equal(doors.hang(van.name, 3).is, 'not-empty');
  assert.equal(doors.pull('slot-3').is, 'pulled');
  assert.equal(doors.hang(van.name, 3).is, 'hung', 'where nothing looks');
  assert.equal(doors.pull('nobody’s').is, 'no-key');
});

test('only a key in the hand is held to a reader', t => {
  const doors = new Doors(sceneFor(t).spec);
  assert.deepEqual(doors.held(van.name), { is: 'not-in-hand', key: van.name });
  doors.force(1);
  doors.pull(van.name);
  assert.deepEqual(doors.held(van.name), van);
  assert.deepEqual(doors.held('other'), { is: 'no-key', key: 'other' });
});

test('keys stay where they are while the box has no power; so does a released door', t => {
  const scene = sceneFor(t);
  const before = new Doors(scene.spec);
  before.force(1);
  before.pull(van.name);
  scene.set('lock', 2, 1);
  before.look();
  before.cable = { isIn: false, cuts: 2 };
  const after = new Doors(scene.spec);
  assert.deepEqual([names(after), after.cable], [[van.name], { isIn: false, cuts: 2 }]);
  assert.deepEqual(state(after).slice(1), ['free -', 'locked slot-3']);
});

test('who writes to a line moves a key: that of the slot, one that was out, or one that nobody has named', t => {
  const scene = sceneFor(t);
  const doors = new Doors(scene.spec);
  scene.set('presence', 1, 1);
  doors.look();
  assert.deepEqual(names(doors), [van.name]);
  scene.set('presence', 2, 0);
  doors.look();
  assert.deepEqual(state(doors).slice(0, 2), ['locked -', 'locked Van 12']);
  scene.set('presence', 1, 0);
  doors.look();
  assert.equal(state(doors)[0], 'locked slot-1');
});

test('a file of ours that somebody has spoilt is begun anew', t => {
  const scene = sceneFor(t);
  for (const text of ['', '{', '{"places":{"x":"y"}}', '['.repeat(99)]) {
    writeFileSync(scene.spec.stateFile, text);
    assert.equal(state(new Doors(scene.spec))[0], 'locked Van 12');
    assert.match(readFileSync(scene.spec.stateFile, 'utf8'), /"Van 12":1/);
  }
});
