import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { Prng } from '../../../scripts/rig/prng.ts';
import { checkPassphrase, frameBytes, open, seal } from '../../../src/relay/backup/sealed-file.ts';

/** Made up for tests. */
const passphrase = 'a long passphrase';

async function* pieces(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function all(parts: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const got: Uint8Array[] = [];
  for await (const part of parts) got.push(part);
  return Buffer.concat(got);
}

const sealed = (plain: Uint8Array, size = 10_000): Promise<Buffer> =>
  all(seal(pieces(plain, size), passphrase, randomBytes(16)));
const opened = (file: Uint8Array, size = 7_777, word = passphrase): Promise<Buffer> =>
  all(open(pieces(file, size), word));

/** Whether nothing of it comes out as whole. */
const refused = (file: Uint8Array, word = passphrase): Promise<void> =>
  assert.rejects(opened(file, 7_777, word), { name: 'Fault' });

const plain = randomBytes(2 * frameBytes + 5_000);
const file = await sealed(plain);
/** First line, header, and then a frame each. */
const lineEnd = file.indexOf(0x0a) + 1;
const frames: number[] = [];
for (let at = lineEnd + 24; at < file.length; at += 4 + file.readUInt32BE(at)) frames.push(at);

test('what went in comes out, whatever its size and the pieces that it comes in', async () => {
  for (const size of [0, 1, frameBytes - 1, frameBytes, frameBytes + 1]) {
    const bytes = randomBytes(size);
    assert.ok((await opened(await sealed(bytes), 1_000)).equals(bytes), `${size} bytes`);
  }
  assert.ok((await opened(file, 1)).equals(plain));
  assert.equal(frames.length, 4, 'three of content, and the one that says that it was the last');
});

test('another passphrase opens nothing', () =>
  assert.rejects(opened(file, 9_999, `${passphrase}!`), { code: 'backup-passphrase' }));

test('a file that was cut is refused, also where a frame ends', async () => {
  for (const end of [0, 5, lineEnd, lineEnd + 10, ...frames, file.length - 1])
    await refused(file.subarray(0, end));
});

test('a file that was lengthened, or whose frames were moved, doubled or left out, is refused', async () => {
  await refused(Buffer.concat([file, Buffer.from([0])]));
  const part = (at: number): Buffer => file.subarray(frames[at] ?? 0, frames[at + 1] ?? file.length);
  const head = file.subarray(0, frames[0]);
  for (const order of [[1, 0, 2, 3], [0, 2, 3], [0, 0, 1, 2, 3], [0, 1, 3], [3], [0, 1, 2, 3, 3]])
    await refused(Buffer.concat([head, ...order.map(part)]));
  const other = await sealed(plain);
  await refused(Buffer.concat([file.subarray(0, frames[1]), other.subarray(frames[1] ?? 0)]));
});

test('any byte that was changed is noticed', async () => {
  const prng = new Prng(7);
  const places = [3, lineEnd - 3, lineEnd, ...frames, file.length - 1];
  const random = Array.from({ length: 10 }, () => prng.int(0, file.length - 1));
  for (const at of [...places, ...random]) {
    const bad = Buffer.from(file);
    bad[at] = (bad[at] ?? 0) ^ 1;
    await refused(bad);
  }
});

for (const [n, r] of [
  [4_294_967_296, 8],
  [524_288, 16],
  [524_288, 8],
  [1_048_576, 8],
  [131_072, 64],
  [131_073, 8],
  [262_144, 9],
] as const)
  test(`a first line that asks for scrypt with N ${n}, r ${r} is no backup, and costs nothing`, async () => {
    const line = file
      .subarray(0, lineEnd)
      .toString()
      .replace(/"n":\d+/, `"n":${n}`)
      .replace(/"r":\d+/, `"r":${r}`);
    const before = process.memoryUsage.rss();
    await assert.rejects(opened(Buffer.concat([Buffer.from(line), file.subarray(lineEnd)])), {
      code: 'backup-unknown',
    });
    assert.ok(process.memoryUsage.rss() - before < 100 * 1_048_576);
  });

test('a short passphrase is refused before anything is written', () => {
  assert.throws(() => checkPassphrase('short'), { code: 'passphrase' });
  checkPassphrase(passphrase);
});
