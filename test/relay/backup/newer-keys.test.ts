/** Keys that a relay made since the backup that is put back over it: boxes that were led to one of them hear nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { carryOn, openedIdentities } from '../../../src/relay/backup/newer-keys.ts';
import { ensureIdentity, identities, rotateIdentity } from '../../../src/relay/domain/identity.ts';
import { type House, houseOn } from '../domain/house.ts';
import { onBothStores } from '../stores.ts';

const rows = (house: House) => house.store.db.selectFrom('identity').selectAll().orderBy('number').execute();

/** A relay that has made `keys` of them, and what is open of its rows. */
async function relayWith(house: House, keys: number) {
  await house.act(c => ensureIdentity(c.tx, c));
  for (let made = 1; made < keys; made += 1) await house.act(rotateIdentity);
  return openedIdentities(await rows(house), house.atRest);
}

/** Puts back the first `kept` rows in a house of its own, which then goes on with those of `before`. */
async function restored(house: House, first: Awaited<ReturnType<typeof relayWith>>, before = first) {
  const [backup] = first;
  assert.ok(backup !== undefined);
  const seal = (half: 'sign' | 'seal', text: string) =>
    house.atRest.seal('relay-key', `${backup.id}/${half}`, text);
  const sealed = {
    private_sign: seal('sign', backup.private_sign),
    private_seal: seal('seal', backup.private_seal),
  };
  await house.act(c =>
    c.tx
      .insertInto('identity')
      .values({ ...backup, ...sealed })
      .execute(),
  );
  return await house.act(c => carryOn(c.tx, before, house.atRest));
}

onBothStores('keys that were made since a backup', source => {
  test('go on, each by the handover of the one before, and sign as they did', async () => {
    const before = await relayWith(await houseOn(await source.fresh()), 4);
    const house = await houseOn(await source.fresh(), 2);
    assert.equal(await restored(house, before), 3);
    const all = await identities(house.store.db, house.atRest);
    assert.deepEqual(
      all.map(({ number, key }) => [number, key.sign]),
      before.map(({ number, sign }) => [number, sign]),
    );
  });

  test('of another relay are none of its, though their numbers follow', async () => {
    const ours = await relayWith(await houseOn(await source.fresh()), 1);
    const theirs = await relayWith(await houseOn(await source.fresh(), 3), 3);
    const house = await houseOn(await source.fresh(), 2);
    assert.equal(await restored(house, ours, theirs), 0);
    assert.equal((await rows(house)).length, 1);
  });
});
