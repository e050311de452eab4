/**
 * What released versions have sent is still understood, and what we send is what they understand. A folder of `golden` is
 * made once, at the release of its minor version, and never changed: `node test/wire/golden.ts VERSION`.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { canonical, type Json } from '../../src/base/canonical.ts';
import { readState } from '../../src/wire/box-state.ts';
import { openDown, openUp } from '../../src/wire/envelope.ts';
import { keyId } from '../../src/wire/relay-key.ts';
import { goldenFolder, type Kept, keptOf } from './golden.ts';
import { endsOf, upKeyOf } from './samples.ts';

const ends = endsOf('golden');
const relayId = keyId(ends.relay.key);
const mine = { box: ends.box, pair: ends.boxSeal };
const keys = { keyFor: () => upKeyOf(ends), sign: ends.boxSign.publicKey };

for (const version of readdirSync(goldenFolder)) {
  const folder = new URL(`${version}/`, goldenFolder);
  const files = readdirSync(folder).map(name => ({
    name,
    kept: JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Kept,
  }));

  describe(`messages of ${version}`, () => {
    for (const { name, kept } of files)
      it(`${name} is read as it was meant`, () => {
        const bytes = Buffer.from(kept.payload);
        if (kept.lane === 'down') {
          const opened = openDown(bytes, mine, id => (id === relayId ? ends.relay.key : null));
          assert.deepEqual(opened, { message: kept.message });
        } else if (kept.lane === 'state') {
          const read = readState(bytes, ends.box, ends.boxSign.publicKey);
          assert.ok('state' in read && read.isSigned);
          const { sig, ...rest } = read.state as Record<string, unknown>;
          assert.ok(typeof sig === 'string');
          assert.deepEqual(rest, kept.message);
        } else {
          const opened = openUp(bytes, ends.box, keys);
          assert.ok('message' in opened);
          assert.deepEqual(opened.message.up, kept.message);
          assert.equal(opened.message.body, canonical(kept.message as Json));
        }
      });
  });
}

it('today’s samples have every member that the newest golden files have', () => {
  const newest = readdirSync(goldenFolder).sort().at(-1) ?? '';
  const samples = new Map(keptOf(ends).map(each => [each.name, each]));
  // A kind that came since is in no file yet; one that is in a file has a sample still.
  for (const name of readdirSync(new URL(`${newest}/`, goldenFolder))) {
    const file = new URL(`${newest}/${name}`, goldenFolder);
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Kept;
    const { lane, message } = samples.get(name) ?? {};
    assert.equal(kept.lane, lane, name);
    for (const member of Object.keys(kept.message as object))
      assert.ok(member in (message as object), `${name}: ${member} is gone, older boxes need it`);
  }
});
