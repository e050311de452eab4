import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rootCertificates } from 'node:tls';
import { boxAtRelay, Identity } from '../../../scripts/rig/relay-end.ts';
import { credentialFile } from '../../../src/box/adapters/vault/credential-file.ts';
import type { Credentials } from '../../../src/box/ports.ts';
import { sealDown } from '../../../src/wire/envelope.ts';
import { Stranger } from './stranger.ts';

describe('whom to believe as the broker', () => {
  // Any certificates do: nothing is connected here.
  const [a = '', b = '', c = ''] = rootCertificates;
  const reported = async (box: Stranger, epoch: number, rev: number, ca: string | null): Promise<void> => {
    const { link } = box.links.at(-1) ?? assert.fail('no link');
    const to = { box: boxAtRelay, seal: box.desk.requests.at(-1)?.seal ?? '' };
    await link.receive(sealDown({ kind: 'authorities', epoch, rev, ca }, to, box.desk.identity));
  };
  const kept = (box: Stranger): Partial<Credentials> => {
    const { ca, caEpoch, caRev, formerCa } = credentialFile(box.rig.folder).read() ?? assert.fail('no file');
    return { ca, caEpoch, caRev, formerCa };
  };

  test('a later list is kept, the one of before is believed until a broker was reached by the new one', async t => {
    const box = await Stranger.make(t);
    await box.enrol(box.desk.claim());
    const { trust } = box.links[0] ?? assert.fail('no link');
    await reported(box, 1, 1, a);
    assert.deepEqual(kept(box), { ca: a, caEpoch: 1, caRev: 1, formerCa: { ca: null } });
    assert.equal(trust.list, a);
    trust.refused(a);
    assert.equal(trust.list, null, 'the next try is under the list of before');
    trust.refused(null);
    trust.served(trust.list);
    assert.equal(kept(box).formerCa, null);
    trust.refused(a);
    assert.equal(trust.list, a, 'there is no other any more');
    await reported(box, 1, 2, b);
    await reported(box, 1, 3, c);
    assert.deepEqual(kept(box).formerCa, { ca: a }, 'the last that a broker was reached by');
    await box.reboot();
    const after = box.links.at(-1)?.trust;
    assert.equal(after?.list, c);
    after?.refused(c);
    assert.equal(after?.list, a);
  });

  test('an old word, a damaged list and a stranger’s change nothing', async t => {
    const box = await Stranger.make(t);
    await box.enrol(box.desk.claim());
    await reported(box, 1, 5, b);
    const before = kept(box);
    const damaged = [b.slice(0, 200), 'no certificate', '', `${b}\n-----BEGIN CERTIFICATE-----\nAAAA\n`];
    for (const ca of damaged) await reported(box, 1, 9, ca);
    for (const [epoch, rev] of [
      [1, 5],
      [1, 4],
      [0, 9],
    ] as const)
      await reported(box, epoch, rev, a);
    const right = box.desk.identity;
    box.desk.identity = new Identity();
    await reported(box, 9, 9, a);
    box.desk.identity = right;
    assert.deepEqual(kept(box), before);
    assert.equal(box.links[0]?.trust.list, b);
    await reported(box, 2, 1, a);
    assert.equal(kept(box).ca, a, 'a restored relay begins to count anew, in a higher epoch');
  });
});
