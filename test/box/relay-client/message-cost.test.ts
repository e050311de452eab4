/**
 * No message of a relay costs a box more than its length, however much is in any member of it: each is signed and sealed as a
 * relay does, and worked on by a real uplink with a real database.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import sodium from 'libsodium-wrappers';
import { boxAtRelay } from '../../../scripts/rig/relay-end.ts';
import { keyId } from '../../../src/wire/relay-key.ts';
import { payloadMaxBytes } from '../../../src/wire/topics.ts';
import { longJson, longTexts, mustBeCheap, withOneReplaced, withRawReplaced } from '../../long-texts.ts';
import { downSamples, endsOf } from '../../wire/samples.ts';
import { UplinkRig } from './rig.ts';

/** Base64 in an envelope is a third longer; escaped, a character may be six bytes. */
const room = Math.floor((payloadMaxBytes * 3) / 4) - 3_000;

/** The text as a relay would send it that is believed. */
function sealed(rig: UplinkRig, text: string): Uint8Array {
  const { key, sign } = rig.relay.identity;
  const box = boxAtRelay;
  const id = keyId(key);
  const body = Buffer.from(sodium.crypto_box_seal(text, rig.pair.publicKey)).toString('base64');
  const sig = sign(`smartbox/1/down\n${box}\n${id}\n${body}`);
  return Buffer.from(JSON.stringify({ v: 1, box, key: id, sealed: body, sig }));
}

const everyNth = 4;

test('every member of every message from a relay may be much, and costs a box less than 100 ms', async t => {
  const rig = await UplinkRig.make(t);
  rig.link.connect();
  await rig.says();
  let heard = 0;
  const receive = async (what: string, text: string): Promise<void> => {
    const payload = sealed(rig, text);
    assert.ok(payload.length <= payloadMaxBytes, `${what}: ${payload.length} bytes`);
    await mustBeCheap(what, () => rig.link.receive(payload));
    heard += 1;
  };
  for (const [kind, message] of downSamples(endsOf('cost')).entries()) {
    for (const [turn, [shape, long]] of Object.entries(longTexts(Math.floor(room / 6) - 500)).entries())
      for (const [at, [path, value]] of [...withOneReplaced(message, long)].entries())
        if ((at + turn + kind) % everyNth === 0)
          await receive(`${message.kind}${path}, ${shape}`, JSON.stringify(value));
    for (const [turn, [shape, json]] of Object.entries(longJson(room - 5_000)).entries())
      for (const [at, [path, text]] of [...withRawReplaced(message, json)].entries())
        if ((at + turn + kind) % everyNth === 0) await receive(`${message.kind}${path}, ${shape}`, text);
  }
  assert.ok(heard > 200, `${heard} messages`);
  assert.equal(rig.state.sync.enrolled, true);
  rig.relay.change([]);
  await rig.syncs();
});
