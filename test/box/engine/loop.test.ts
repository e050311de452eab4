import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { slotId } from '../../../src/base/brand.ts';
import { codeOf } from '../../../src/base/fault.ts';
import type { InputBody } from '../../../src/box/core/input.ts';
import { LoopRig, refused } from './loop-rig.ts';

const imported: InputBody = { type: 'bookings-changed', count: 1, who: 'ada', what: 'import' };

describe('input → step → commit → act', () => {
  test('a grant is on the disk, with the use of its code, before the lock is asked to move', () => {
    const rig = new LoopRig();
    rig.types();
    assert.deepEqual(rig.acts.slice(0, 3), ['look-up', 'commit', 'pulse 1']);
    assert.deepEqual(rig.events, ['granted']);
    assert.deepEqual(
      rig.commits.flatMap(({ uses }) => uses.map(({ booking, life }) => [booking, life])),
      [['a', 'granted']],
    );
  });

  test('a commit that took so long that the driver has gone moves no lock', () => {
    const rig = new LoopRig();
    rig.commitMs = 60_000;
    rig.types();
    assert.ok(!rig.acts.includes('pulse 1'));
    assert.ok(rig.loop.state.slots.every(({ opening }) => opening === null));
  });

  test('what changes nothing that must last is not written', () => {
    const rig = new LoopRig();
    rig.loop.report({ type: 'keypad-touched', length: 1 });
    assert.deepEqual(rig.acts, ['signal key']);
  });

  test('what an effect reports waits until its step is over', () => {
    const rig = new LoopRig();
    const states: string[] = [];
    rig.loop.watch({ events: () => states.push('events'), changed: () => states.push('changed') });
    rig.types();
    assert.deepEqual(states, ['events', 'changed'], 'the look-up and its answer are one piece of work');
  });

  test('one wake is armed, however much has happened', () => {
    const rig = new LoopRig();
    for (let n = 0; n < 5; n += 1) rig.types();
    assert.equal(rig.time.armed, 1);
    rig.time.advance(25_000);
    assert.ok(
      rig.loop.state.slots.every(({ opening }) => opening === null),
      'the deadline of the opening was judged by it',
    );
    assert.equal(rig.time.armed, 1);
  });
});

describe('rows of others in the same transaction', () => {
  test('are written with the event, and are told what it led to', () => {
    const rig = new LoopRig();
    const told: string[] = [];
    rig.loop.write(imported, effects => told.push(...effects.map(({ type }) => type)));
    assert.deepEqual(told, ['journal']);
    assert.deepEqual(rig.events, ['bookings-changed']);
  });

  test('that cannot be written leave everything as it was, and the fault is the caller’s', () => {
    const rig = new LoopRig();
    const before = rig.loop.state;
    assert.throws(
      () =>
        rig.loop.write(imported, () => {
          throw new Error('a row of another');
        }),
      /a row of another/,
    );
    rig.refusal = refused();
    assert.throws(() => rig.loop.write(imported, () => {}), /refused/);
    assert.equal(rig.loop.state, before);
    assert.deepEqual(rig.commits, []);
  });
});

describe('a command', () => {
  test('is answered with what came of it', async () => {
    const rig = new LoopRig();
    const open = { verb: 'open', slot: slotId(2) } as const;
    assert.equal((await rig.loop.command(open, 'ada', 'test')).done, true);
    assert.ok(rig.acts.indexOf('commit') < rig.acts.indexOf('pulse 2'));
  });

  test('to a box that stops is refused, and no wake is left', async () => {
    const rig = new LoopRig();
    rig.loop.stop('SIGTERM');
    assert.deepEqual(rig.events, ['stopped']);
    assert.equal(rig.time.armed, 0);
    await assert.rejects(
      rig.loop.command({ verb: 'resync' }, 'ada', 'test'),
      error => codeOf(error) === 'stopping',
    );
    rig.types();
    assert.deepEqual(rig.acts, ['commit']);
  });
});
