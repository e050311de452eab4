import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BenchBox } from './bench-box.ts';
import { at, booking } from './bench-site.ts';

const a = booking('a', 1);

function locked(until: ReturnType<typeof at> | null = null): BenchBox {
  const box = new BenchBox();
  box.types(booking('b', 2));
  box.takesFrom(2);
  box.command({ verb: 'lockdown', on: true, until });
  box.heard();
  box.pulsed();
  return box;
}

describe('17. lock-down', () => {
  test('takes are out-of-service, returns and technician go on', () => {
    const box = locked();
    box.types(a);
    assert.equal(box.heard().at(-1)?.reason, 'out-of-service');
    box.types(booking('b', 2));
    assert.deepEqual(box.pulsed(), [2]);
    box.bringsTo(2);
    box.command({ verb: 'open', slot: box.slot(3).id });
    assert.deepEqual(box.pulsed(), [3]);
  });

  test('it is an event, with who and why', () => {
    const box = new BenchBox();
    box.command({ verb: 'lockdown', on: true, until: null });
    box.command({ verb: 'lockdown', on: false, until: null });
    const line = { type: 'technician', by: 'technician', who: 'ada', reason: 'test' };
    assert.deepEqual(box.heard(), [
      { ...line, what: 'lockdown-on' },
      { ...line, what: 'lockdown-off' },
    ]);
  });

  test('it survives a restart', () => {
    const box = locked();
    box.reboots();
    box.types(a);
    assert.equal(box.heard().at(-1)?.reason, 'out-of-service');
  });

  test('it ends by command', () => {
    const box = locked();
    box.command({ verb: 'lockdown', on: false, until: null });
    box.types(a);
    assert.deepEqual(box.pulsed(), [1]);
  });

  test('it ends by its time limit, not before, and says so', () => {
    const box = locked(at(1));
    box.after(3_590);
    box.types(a);
    assert.equal(box.heard().at(-1)?.reason, 'out-of-service');
    box.after(10);
    assert.deepEqual(box.heard(), [{ type: 'technician', what: 'lockdown-off', reason: 'time-limit' }]);
    box.types(a);
    assert.deepEqual(box.pulsed(), [1]);
  });

  test('its time limit passes while the power is away', () => {
    const box = locked(at(1));
    box.wall = at(2);
    box.reboots();
    box.after(1);
    assert.equal(box.state.lockdown.on, false);
  });

  test('a limit that is over already is refused', () => {
    const box = new BenchBox();
    const answer = box.command({ verb: 'lockdown', on: true, until: at(-1) });
    assert.ok(!answer.done && answer.code === 'already-over');
    assert.deepEqual(box.told(), []);
    assert.equal(box.state.lockdown.on, false);
  });

  test('an opening that is under way is not cut off', () => {
    const box = new BenchBox();
    box.types(a);
    box.after(0.4);
    box.command({ verb: 'lockdown', on: true, until: null });
    box.takesFrom(1);
    assert.ok(box.told().includes('key-taken'));
  });
});
