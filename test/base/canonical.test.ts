import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonical } from '../../src/base/canonical.ts';

test('members are sorted, absent ones left out, nothing stands between', () => {
  const value = { b: [1, 'x', null, { d: true, c: -0 }], a: undefined, A: 'é\n' };
  assert.equal(canonical(value), '{"A":"é\\n","b":[1,"x",null,{"c":0,"d":true}]}');
});
