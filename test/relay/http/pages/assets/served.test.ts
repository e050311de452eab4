import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliDecompressSync } from 'node:zlib';
import { fastify } from 'fastify';
import { assetPath, assetRoutes, assetSizes } from '../../../../../src/relay/http/pages/assets/served.ts';

const app = fastify();
assetRoutes(app);

test('a file is kept for ever under a name that its text gives it, packed for whoever unpacks', async () => {
  for (const [name, type] of [
    ['smartbox.css', 'text/css; charset=utf-8'],
    ['smartbox.js', 'text/javascript; charset=utf-8'],
  ] as const) {
    const url = assetPath(name);
    assert.match(url, /^\/admin\/assets\/smartbox-[\w-]{12}\.(?:css|js)$/);
    const plain = await app.inject({ url });
    assert.equal(plain.headers['content-type'], type);
    assert.equal(plain.headers['cache-control'], 'public, max-age=31536000, immutable');
    assert.equal(plain.headers['content-encoding'], undefined);
    const packed = await app.inject({ url, headers: { 'accept-encoding': 'gzip, br' } });
    assert.equal(packed.headers['content-encoding'], 'br');
    assert.equal(packed.headers.vary, 'accept-encoding');
    assert.deepEqual(brotliDecompressSync(packed.rawPayload), plain.rawPayload);
    assert.doesNotMatch(plain.body, /sourceMappingURL|eval\(/);
  }
});

test('another name, and one of another text, is not there', async () => {
  for (const file of ['smartbox.css', 'smartbox-000000000000.css', '..%2fserved.ts', 'x'])
    assert.equal((await app.inject({ url: `/admin/assets/${file}` })).statusCode, 404, file);
});

test('a first visit stays small', async () => {
  const sizes = Object.entries(await assetSizes());
  const of = (ending: string): number => sizes.find(([name]) => name.endsWith(ending))?.[1] ?? Number.NaN;
  assert.ok(of('.css') <= 6_000, `${of('.css')} bytes of style`);
  assert.ok(of('.js') <= 18_000, `${of('.js')} bytes of script`);
});
