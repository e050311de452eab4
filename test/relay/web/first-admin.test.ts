import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstAccount } from '../../../src/relay/domain/accounts.ts';
import { newFirstLink, useFirstLink } from '../../../src/relay/web/first-admin.ts';
import { createToken } from '../../../src/relay/web/tokens.ts';
import { houseOn } from '../domain/house.ts';
import { onBothStores } from '../stores.ts';

onBothStores('the link of the first administrator', source => {
  const scene = async () => {
    const house = await houseOn(await source.fresh());
    const link = await newFirstLink(house.store, firstAccount, house.random);
    return { house, link: link ?? assert.fail('no link') };
  };

  test('works once, also where two copies of the relay are asked at one time', async () => {
    const { house, link } = await scene();
    const other = await source.again(house.store);
    const used = await Promise.all(
      [house.store, other].map(store => store.write(tx => useFirstLink(tx, link))),
    );
    assert.deepEqual([...used].sort(), [false, true]);
    assert.equal(await house.store.write(tx => useFirstLink(tx, link)), false);
  });

  test('is void once somebody has a token by another way', async () => {
    const { house, link } = await scene();
    const wish = { account: firstAccount, name: 'made on the machine', scopes: ['boxes:read'] } as const;
    await house.store.write(tx => createToken(tx, wish, { random: house.random, nowMs: 1 }));
    assert.equal(await house.store.write(tx => useFirstLink(tx, link)), false);
  });
});
