import assert from 'node:assert/strict';
import { test } from 'node:test';
import sodium from 'libsodium-wrappers';
import { codeOf, type Fault } from '../../../src/base/fault.ts';
import { Secret } from '../../../src/base/secret.ts';
import { hashPassword, passwordFits } from '../../../src/relay/broker/password.ts';
import { bookingCode } from '../../../src/relay/domain/booking-views.ts';
import { createBooking } from '../../../src/relay/domain/bookings.ts';
import { changeBox, createBox, newClaim } from '../../../src/relay/domain/boxes.ts';
import { enrol } from '../../../src/relay/domain/enrolment.ts';
import { ensureIdentity, identities, rotateIdentity } from '../../../src/relay/domain/identity.ts';
import { listProblems } from '../../../src/relay/domain/problem-list.ts';
import { raiseProblem } from '../../../src/relay/domain/problems.ts';
import { retainRelay } from '../../../src/relay/domain/retention.ts';
import { newIdentityKeys, signerOf } from '../../../src/relay/secrets/identity-keys.ts';
import { noHash, verifySignature } from '../../../src/wire/chain.ts';
import {
  claimPrint,
  claimProof,
  type EnrolAnswer,
  type EnrolRequest,
  enrolAnswerText,
  enrolRequestText,
  readClaim,
} from '../../../src/wire/enrolment.ts';
import { follow, keyId } from '../../../src/wire/relay-key.ts';
import { onBothStores } from '../stores.ts';
import { boxWithKeys, type House, hourMs, houseOn, seeded } from './house.ts';

/** A box's end of an enrolment, with keys of its own. */
function applicant(seed: number) {
  const keys = newIdentityKeys(seeded(seed));
  const sign = signerOf(keys.privateSign);
  const request = (claim: string, more: Partial<EnrolRequest> = {}): EnrolRequest => {
    const { id, secret } = readClaim(claim) ?? { id: '00000000', secret: '' };
    const bare = {
      ...{ claim: id, ...keys.key, label: 'depot-a', program: '0.1.0', slots: [3, 1, 2] },
      ...{ boxEpoch: 1, seq: 5, head: 'a'.repeat(64), nonce: '0'.repeat(32), ...more },
    };
    return { ...bare, proof: claimProof(bare, secret), sig: sign(enrolRequestText(bare)) };
  };
  const password = (answer: EnrolAnswer): string => {
    const [open, key] = [Buffer.from(answer.password, 'base64'), sodium.from_hex(keys.privateSeal.reveal())];
    return sodium.crypto_box_seal_open(open, sodium.from_hex(keys.key.seal), key, 'text');
  };
  return { keys, request, password };
}

const asks = (house: House, request: EnrolRequest): Promise<EnrolAnswer> =>
  house.act(c => enrol({ ...c, broker: 'mqtt://127.0.0.1:1883', ca: null, hashPassword }, request));

const faults = (code: string) => (error: unknown) => {
  assert.equal(codeOf(error), code, String(error));
  return true;
};

const boxOf = (house: House, id: string) =>
  house.store.db.selectFrom('box').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

const linkOf = (house: House, id: string, link: 'up' | 'lost') =>
  house.store.write(tx => tx.updateTable('box').set({ link }).where('id', '=', id).execute());

onBothStores('enrolment', source => {
  test('a claim makes a box ours: signed answer, sealed password, known keys and slots', async () => {
    const house = await houseOn(await source.fresh());
    const { id, claim } = await house.act(c => createBox(c, { name: 'Depôt A' }));
    assert.match(id, /^depot-a-[0-9a-z]{5}$/);
    const box = applicant(7);
    const answer = await asks(house, box.request(claim));
    assert.equal(claimPrint(answer.relayKey), readClaim(claim)?.print);
    const { sig, ...rest } = answer;
    assert.ok(verifySignature(enrolAnswerText(rest), sig, answer.relayKey.sign));
    const row = await boxOf(house, id);
    assert.ok(passwordFits(row.password, Buffer.from(box.password(answer))));
    assert.deepEqual(
      [row.enrolments, row.slots, row.sign, row.seal, row.box_epoch, row.seq, row.head, answer.epoch],
      [1, '1 2 3', box.keys.key.sign, box.keys.key.seal, 1, 5, 'a'.repeat(64), 1],
    );
  });

  test('a claim that was proven before a key rotation is answered by the key that it names, also when the answer was lost', async () => {
    for (const rotations of [1, 3]) {
      const house = await houseOn(await source.fresh());
      const { id, claim } = await house.act(c => createBox(c, { name: 'A' }));
      const box = applicant(7);
      const request = box.request(claim);
      for (let n = 0; n < rotations; n += 1) await house.act(c => rotateIdentity(c));
      for (const again of [false, true]) {
        const asked = again ? box.request(claim, { nonce: '1'.repeat(32) }) : request;
        const { sig, ...rest } = await asks(house, asked);
        assert.equal(
          claimPrint(rest.relayKey),
          readClaim(claim)?.print,
          'or the box takes it for another relay',
        );
        assert.ok(verifySignature(enrolAnswerText(rest), sig, rest.relayKey.sign));
        assert.equal((await boxOf(house, id)).pinned, keyId(rest.relayKey), 'from there it is led on');
      }
    }
  });

  test('wrong, used and expired claims', async () => {
    const house = await houseOn(await source.fresh());
    const { id, claim } = await house.act(c => createBox(c, { name: 'A' }));
    const [box, thief] = [applicant(7), applicant(8)];
    const good = box.request(claim);
    await assert.rejects(asks(house, { ...good, proof: 'f'.repeat(64) }), faults('claim-unknown'));
    await assert.rejects(asks(house, { ...good, claim: '00000000' }), faults('claim-unknown'));
    await assert.rejects(asks(house, { ...good, label: 'other' }), faults('claim-unknown'));
    await assert.rejects(asks(house, { ...good, sig: thief.request(claim).sig }), faults('bad-input'));
    house.nowMs += 15 * 60_000;
    await assert.rejects(asks(house, good), faults('claim-expired'));
    const { claim: second } = await house.act(c => newClaim(c, id));
    const { claim: third } = await house.act(c => newClaim(c, id));
    await assert.rejects(asks(house, box.request(second)), faults('claim-unknown'));
    const answer = await asks(house, box.request(third));
    await assert.rejects(asks(house, thief.request(third)), faults('claim-used'));
    const again = await asks(house, box.request(third, { nonce: '1'.repeat(32) }));
    assert.equal(box.password(again), box.password(answer));
    assert.equal((await boxOf(house, id)).enrolments, 1);
    house.nowMs += 16 * 60_000;
    await assert.rejects(asks(house, box.request(third)), faults('claim-used'));
    house.nowMs += hourMs;
    await house.store.write(tx => retainRelay(tx, house.nowMs));
    assert.deepEqual(
      await house.store.db.selectFrom('claim').select('answer').where('answer', 'is not', null).execute(),
      [],
    );
  });

  test('a box in the place of another has everything to learn; the same one goes on where it was', async () => {
    const house = await houseOn(await source.fresh());
    const { box: id, keys } = await boxWithKeys(house, 2);
    const { id: booking } = await house.act(c =>
      createBooking(c, { key: keys[0] ?? '', start: house.nowMs, end: null }),
    );
    const claim = async (): Promise<string> => {
      await linkOf(house, id, 'lost');
      return (await house.act(c => newClaim(c, id))).claim;
    };
    const [first, second] = [applicant(1), applicant(2)];
    const one = await asks(house, first.request(await claim()));
    await house.receipt(id);
    await house.store.write(async tx => {
      await tx
        .updateTable('box')
        .set({ seq: 9, head: 'b'.repeat(64) })
        .where('id', '=', id)
        .execute();
    });
    await asks(house, first.request(await claim(), { seq: 12, head: 'c'.repeat(64) }));
    const same = await boxOf(house, id);
    assert.deepEqual([same.seq, same.head, same.enrolments, same.known_rev], [9, 'b'.repeat(64), 2, 0]);
    const two = await asks(house, second.request(await claim(), { seq: 0, head: noHash }));
    const row = await boxOf(house, id);
    assert.deepEqual([row.seq, row.head, row.sign], [0, noHash, second.keys.key.sign]);
    assert.notEqual(first.password(one), second.password(two));
    const rev = (await house.set(id)).put.find(each => each.id === booking)?.rev;
    assert.equal(rev, row.revision);
  });

  test('nobody enrols in the place of a box that is well, by a claim made now or before', async () => {
    const house = await houseOn(await source.fresh());
    const { box: id } = await boxWithKeys(house, 1);
    const [own, fake] = [applicant(1), applicant(2)];
    const claim = async (): Promise<string> => (await house.act(c => newClaim(c, id))).claim;
    await asks(house, own.request(await claim()));
    const early = await claim();
    await house.receipt(id);
    await assert.rejects(claim(), (error: unknown) => {
      assert.match(String((error as Fault).hint), /Retire it first/);
      return faults('conflict')(error);
    });
    await assert.rejects(asks(house, fake.request(early)), faults('conflict'));
    assert.equal((await boxOf(house, id)).sign, own.keys.key.sign);
    await asks(house, own.request(early));
    await house.receipt(id);
    await house.act(c => raiseProblem(c, { kind: 're-enrol', subject: id }, 'it knows no key of ours'));
    await claim();
  });

  test('in the place of a dead one another may: its bookings have other codes, and administrators hear of it', async () => {
    const house = await houseOn(await source.fresh());
    const { box: id, keys } = await boxWithKeys(house, 1);
    const made = await house.act(c =>
      createBooking(c, { key: keys[0] ?? '', start: house.nowMs, end: null }),
    );
    const [own, other] = [applicant(1), applicant(2)];
    const claim = async (): Promise<string> => (await house.act(c => newClaim(c, id))).claim;
    const problems = async (): Promise<readonly string[]> =>
      (await house.act(c => listProblems(c, { open: true }, { after: null, limit: 9 }))).map(
        each => each.kind,
      );
    await asks(house, own.request(await claim()));
    await house.receipt(id);
    const { code } = await house.act(c => bookingCode(c, made.id));
    await linkOf(house, id, 'lost');
    await asks(house, own.request(await claim()));
    assert.deepEqual(await problems(), [], 'the same one again is no news');
    await linkOf(house, id, 'lost');
    await asks(house, other.request(await claim()));
    assert.deepEqual(await problems(), ['box-replaced']);
    await house.receipt(id);
    assert.notEqual((await house.act(c => bookingCode(c, made.id))).code, code);
    await house.act(c => changeBox(c, id, { name: 'Depot A' }));
    assert.deepEqual(await problems(), [], 'somebody has looked at it');
  });

  test('the relay’s keys: one from the first start, each handed over by the one before', async () => {
    const house = await houseOn(await source.fresh());
    const first = await house.act(c => ensureIdentity(c.tx, c));
    assert.deepEqual(await house.act(c => ensureIdentity(c.tx, c)), first);
    await house.act(rotateIdentity);
    const last = await house.act(rotateIdentity);
    const all = await identities(house.store.db, house.atRest);
    assert.deepEqual(
      all.map(({ number }) => number),
      [1, 2, 3],
    );
    const chain = all.flatMap(({ handover }) => handover ?? []);
    assert.deepEqual(follow(first.key, chain), last.key);
    assert.ok(verifySignature('text', last.sign('text'), last.key.sign));
    const shared = sodium.crypto_box_seal('text', last.pair.publicKey);
    assert.equal(
      sodium.crypto_box_seal_open(shared, last.pair.publicKey, last.pair.privateKey, 'text'),
      'text',
    );
    const rows = JSON.stringify(await house.store.db.selectFrom('identity').selectAll().execute());
    assert.ok(!rows.includes(Buffer.from(last.pair.privateKey).toString('hex')));
    assert.equal(`${new Secret('x')}`, '[secret]');
  });
});
