import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pinFlaw } from '../../src/base/pin-strength.ts';

const phone = '+31612345670';

for (const [pin, flaw] of [
  ['123', 'not-digits'],
  ['123456789', 'not-digits'],
  ['47１1', 'not-digits'],
  ['4711\n', 'not-digits'],
  ['0000', 'trivial'],
  ['12345678', 'trivial'],
  ['8765', 'trivial'],
  ['9012', 'trivial'],
  ['474747', 'trivial'],
  ['1122', 'trivial'],
  ['998877', 'trivial'],
  ['5670', 'in-phone'],
  ['3161', 'in-phone'],
  ['612345', 'in-phone'],
  ['06123', 'in-phone'],
  ['061234', 'in-phone'],
  ['0031', 'in-phone'],
  ['003161', 'in-phone'],
  ['1133', null],
  ['11223', null],
  ['4711', null],
  ['271828', null],
  ['0662', null],
  ['90210', null],
] as const)
  test(`PIN ${JSON.stringify(pin)} of ${phone}: ${flaw ?? 'is one'}`, () => {
    assert.equal(pinFlaw(pin, phone), flaw);
  });

test('without a phone, only what is typed is looked at', () => {
  assert.equal(pinFlaw('5670', null), null);
  assert.equal(pinFlaw('5555', null), 'trivial');
});
