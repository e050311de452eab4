import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { type Backlog, watchBacklog } from '../../../../src/box/adapters/system/backlog.ts';
import { FakeTime } from '../gpio/fake-time.ts';

/** A loop whose poll phase comes when the test says so. */
function loop(): { time: FakeTime; backlog: Backlog; poll: () => void; turn: (ms: number) => void } {
  const time = new FakeTime();
  let after: (() => void)[] = [];
  const poll = (): void => {
    const now = after;
    after = [];
    for (const then of now) then();
  };
  const backlog = watchBacklog(time, then => after.push(then));
  const turn = (ms: number): void => {
    for (let left = ms; left > 0; left -= 100) {
      time.pass(100);
      poll();
    }
  };
  return { time, backlog, poll, turn };
}

describe('how long what is read may have waited', () => {
  test('nothing, however long nobody types, while the loop turns', () => {
    const { backlog, turn } = loop();
    for (let n = 0; n < 50; n += 1) {
      turn(700);
      assert.equal(backlog.waitedMs(), 0);
    }
  });

  for (const late of [false, true])
    test(`as long as the loop stood still, ${late ? 'though its timers came before' : 'read before its timers'}`, () => {
      const { time, backlog, poll, turn } = loop();
      turn(5_000);
      const goesOn = time.skip(25_000);
      if (late) goesOn();
      const waitedMs = backlog.waitedMs();
      assert.ok(waitedMs >= 25_000 && waitedMs <= 26_100, `${waitedMs}`);
      goesOn();
      assert.ok(backlog.waitedMs() >= 25_000, 'the second port is read in the same turn');
      poll();
      assert.equal(backlog.waitedMs(), 0);
    });

  test('a beat that is a little late is no stall', () => {
    const { time, backlog, turn } = loop();
    turn(5_000);
    time.skip(900);
    assert.equal(backlog.waitedMs(), 0);
  });

  test('closed, it leaves no timer', () => {
    const { time, backlog, turn } = loop();
    turn(300);
    backlog.close();
    assert.equal(time.waiting, 0);
    const other = loop();
    other.time.pass(1_000);
    other.backlog.close();
    other.poll();
    assert.equal(other.time.waiting, 0);
  });

  test('in the real loop what waited in a pipe is read before the beat is believed', async () => {
    const script = `
      import { watchBacklog } from './src/box/adapters/system/backlog.ts';
      import { systemTime } from './src/base/system-time.ts';
      const backlog = watchBacklog(systemTime);
      const seen = [];
      process.stdin.on('data', () => seen.push(backlog.waitedMs()));
      setTimeout(() => {
        process.stdout.write('busy\\n');
        const end = performance.now() + 4_000;
        while (performance.now() < end);
        setTimeout(() => {
          backlog.close();
          process.stdin.destroy();
          process.stdout.write(JSON.stringify([...seen, backlog.waitedMs()]));
        }, 300);
      }, 1_500);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      // Written while the loop is busy, which it is for long enough to be told so.
      if (said === '') child.stdin.write('x');
      said += text;
    });
    await once(child, 'close');
    const [, answer = ''] = said.split('busy\n');
    const [waited = 0, ...rest] = JSON.parse(answer) as number[];
    assert.ok(waited >= 3_000, `${waited}`);
    assert.deepEqual(rest, [0]);
  });
});
