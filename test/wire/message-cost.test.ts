/** No message of a box costs a relay more than its length to open and check, however much is in any member of it. */
import assert from 'node:assert/strict';
import { createCipheriv, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { openUp } from '../../src/wire/envelope.ts';
import { keyId } from '../../src/wire/relay-key.ts';
import { payloadMaxBytes } from '../../src/wire/topics.ts';
import { longJson, longTexts, mustBeCheap, withOneReplaced, withRawReplaced } from '../long-texts.ts';
import { endsOf, upKeyOf, upSamples } from './samples.ts';

const ends = endsOf('cost');
const key = upKeyOf(ends);
const relay = keyId(ends.relay.key);
const room = Math.floor((payloadMaxBytes * 3) / 4) - 3_000;

/** The text as a box would send it that is believed. */
function sealed(body: string): Uint8Array {
  const nonce = randomBytes(12);
  const plain = Buffer.from(ends.boxSign.sign(`smartbox/1/up\n${ends.box}\n${relay}\n${body}`) + body);
  const seal = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 });
  seal.setAAD(Buffer.from(ends.box), { plaintextLength: plain.length });
  const bytes = Buffer.concat([nonce, seal.update(plain), seal.final(), seal.getAuthTag()]);
  return Buffer.from(JSON.stringify({ v: 1, box: ends.box, key: relay, sealed: bytes.toString('base64') }));
}

async function opens(what: string, body: string): Promise<boolean> {
  const payload = sealed(body);
  assert.ok(payload.length <= payloadMaxBytes, `${what}: ${payload.length} bytes`);
  let isTaken = false;
  await mustBeCheap(what, () => {
    const opened = openUp(payload, ends.box, { keyFor: () => key, sign: ends.boxSign.publicKey });
    isTaken = 'message' in opened;
    if ('rejected' in opened)
      assert.ok(
        opened.rejected === 'bad-message' && opened.detail.length <= 200,
        `${what}: ${opened.rejected}`,
      );
    else if ('unsupported' in opened) assert.ok(opened.unsupported.length <= 200, what);
  });
  return isTaken;
}

/** Each pair of kind and shape has its turn for some members. */
const everyNth = 3;

test('every member of every message from a box may be much, and costs less than 100 ms', async () => {
  for (const [kind, message] of upSamples(ends).entries()) {
    assert.ok(await opens(message.kind, JSON.stringify(message)), `${message.kind} is good`);
    for (const [turn, [shape, long]] of Object.entries(longTexts(Math.floor(room / 6) - 500)).entries())
      for (const [at, [path, value]] of [...withOneReplaced(message, long)].entries())
        if ((at + turn + kind) % everyNth === 0)
          await opens(`${message.kind}${path}, ${shape}`, JSON.stringify(value));
    for (const [turn, [shape, json]] of Object.entries(longJson(room - 5_000)).entries())
      for (const [at, [path, text]] of [...withRawReplaced(message, json)].entries())
        if ((at + turn + kind) % everyNth === 0) await opens(`${message.kind}${path}, ${shape}`, text);
  }
});
