import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode } from 'uqr';
import { qr } from '../../../../../src/relay/http/pages/frame/qr.ts';

test('every square of the code is drawn, and none besides', () => {
  const text = 'otpauth://totp/SmartBox:ada%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  const { data, size } = encode(text, { border: 4, ecc: 'M' });
  const drawn = data.map(row => row.map(() => false));
  const svg = qr(text, '<b>').text;
  for (const [, x, y, width] of svg.matchAll(/M(\d+) (\d+)h(\d+)v1H\1z/g))
    for (let at = 0; at < Number(width); at += 1) (drawn[Number(y)] ?? [])[Number(x) + at] = true;
  assert.deepEqual(drawn, data);
  assert.ok(svg.includes(`viewBox="0 0 ${size} ${size}"`) && svg.includes('aria-label="&lt;b&gt;"'));
  assert.ok(svg.length < 9_000, `${svg.length} characters`);
});
