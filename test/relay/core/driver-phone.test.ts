import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { driverPhone } from '../../../src/relay/core/driver-phone.ts';

const [one, two, own] = ['+31612345671', '+31612345672', '+31612345679'] as const;

describe('the phone of a driver whose contact was read again', () => {
  const cases = [
    ['comes from the contact, and opens nothing yet', [null, 0], [null, one], [one, false]],
    ['stays as it is', [one, 1], [one, one], [one, true]],
    ['changes with the contact, and is to be verified again', [one, 1], [one, two], [two, false]],
    ['goes with the contact', [one, 1], [one, null], [null, false]],
    ['that they have verified themselves stays', [own, 1], [one, two], [own, true]],
    ['that they have verified themselves stays without any there', [own, 1], [one, null], [own, true]],
    ['that somebody noted gives way to one that is read', [own, 0], [one, two], [two, false]],
    ['that somebody noted stays where none is read', [own, 0], [one, null], [own, false]],
    ['verified here before it was known there stays so', [one, 1], [null, one], [one, true]],
  ] as const;
  for (const [title, [phone, opens], [before, after], [wanted, stays]] of cases)
    it(title, () =>
      assert.deepEqual(driverPhone({ phone, phone_opens: opens }, { before, after }), {
        phone: wanted,
        opens: stays,
      }),
    );
});
