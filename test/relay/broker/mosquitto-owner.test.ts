import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Fault } from '../../../src/base/fault.ts';
import { mustBeReachable } from '../../../src/relay/broker/mosquitto-owner.ts';

/** A system user that every Linux has, and that owns nothing. */
const stranger = 'nobody';

/** A folder of a relay, with one for Mosquitto in it. */
function folders(t: TestContext, mode: number): { readonly closed: string; readonly inside: string } {
  const closed = mkdtempSync(join(tmpdir(), 'smartbox-owner-'));
  t.after(() => rmSync(closed, { recursive: true, force: true }));
  const inside = join(closed, 'mosquitto');
  mkdirSync(inside);
  chmodSync(closed, mode);
  return { closed, inside };
}

test('a folder below one that is closed to Mosquitto is refused, and the closed one is named', async t => {
  const { closed, inside } = folders(t, 0o700);
  await assert.rejects(
    mustBeReachable(inside, stranger),
    (error: unknown) =>
      error instanceof Fault &&
      error.code === 'broker-folder' &&
      error.message.includes(`${closed} is closed to it`) &&
      /--folder/.test(error.hint),
  );
});

test('one that anybody may enter is not; nor is any where Mosquitto is whoever runs this, or no user here', async t => {
  await mustBeReachable(folders(t, 0o755).inside, stranger);
  const { inside } = folders(t, 0o700);
  await mustBeReachable(inside, userInfo().username);
  await mustBeReachable(inside, 'no_such_user_here');
});
