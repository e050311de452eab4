import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../../../src/base/fault.ts';
import { Secret } from '../../../src/base/secret.ts';
import { PinHasher } from '../../../src/relay/secrets/pins.ts';

const pin = new Secret('271828');
const isBusy = (error: unknown): boolean => error instanceof Fault && error.code === 'pins-busy';

test('accounts take turns: the flood of one delays another by one PIN, and refuses it nothing', async () => {
  const pins = new PinHasher();
  const order: string[] = [];
  const hash = (account: string): Promise<void> =>
    pins.hash(account, pin).then(
      () => void order.push(account),
      error => {
        if (!isBusy(error)) throw error;
        order.push(`${account} refused`);
      },
    );
  const flood = Array.from({ length: 90 }, () => hash('loud'));
  const others = ['quiet', 'calm', 'quiet'].map(hash);
  await Promise.all(others);
  const served = order.filter(each => !each.endsWith('refused'));
  assert.ok(served.length <= 3 + 4, `${served}`);
  await Promise.all(flood);
  assert.ok(
    order.includes('loud refused') && !order.includes('quiet refused') && !order.includes('calm refused'),
  );
  assert.equal(
    order.filter(each => each === 'loud').length + order.filter(each => each === 'loud refused').length,
    90,
  );
});

test('a queue that has emptied takes PINs again', async () => {
  const pins = new PinHasher();
  const [one, two] = [await pins.hash('a', pin), await pins.hash('a', pin)];
  assert.notEqual(one.hash, two.hash, 'another salt');
  assert.match(one.hash, /^r1\$/);
});
