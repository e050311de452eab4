import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPerson } from '../../../../src/relay/domain/account-people.ts';
import { firstAccount } from '../../../../src/relay/domain/accounts.ts';
import { createToken } from '../../../../src/relay/http/api/tokens.ts';
import { newFirstLink, useFirstLink } from '../../../../src/relay/http/pages/first-admin.ts';
import { houseOn } from '../../domain/house.ts';
import { onSqliteOrBoth } from '../../stores.ts';

onSqliteOrBoth('the link of the first administrator', source => {
  const scene = async () => {
    const house = await houseOn(await source.fresh());
    const link = await newFirstLink(house.store, firstAccount, house);
    return { house, link: link ?? assert.fail('no link') };
  };

  test('works once, also where two copies of the relay are asked at one time', async () => {
    const { house, link } = await scene();
    const other = await source.again(house.store);
    const used = await Promise.all(
      [house.store, other].map(store => store.write(tx => useFirstLink(tx, link, house.nowMs))),
    );
    assert.deepEqual([...used].sort(), [false, true]);
    assert.equal(await house.store.write(tx => useFirstLink(tx, link, house.nowMs)), false);
  });

  test('works although somebody has made a token by another way; the next start prints and leaves none', async () => {
    const { house, link } = await scene();
    const wish = { account: firstAccount, name: 'made on the machine', scopes: ['boxes:read'] } as const;
    await house.store.write(tx => createToken(tx, wish, { random: house.random, nowMs: 1, who: 'test' }));
    const use = (nowMs: number) => house.store.write(tx => useFirstLink(tx, link, nowMs));
    assert.equal(await use(house.nowMs + 86_400_000), false, 'a day later');
    assert.equal(await use(house.nowMs), true);
    assert.equal(await newFirstLink(house.store, firstAccount, house), null);
  });

  test('who is there already needs none', async () => {
    const house = await houseOn(await source.fresh());
    const ada = { name: 'Ada', email: 'ada@example.org', role: 'administrator', language: 'en' } as const;
    await house.act(c => createPerson(c, ada));
    assert.equal(await newFirstLink(house.store, firstAccount, house), null);
  });

  test('is void after the next start, used or not', async () => {
    const { house, link } = await scene();
    const wish = { account: firstAccount, name: 'made on the machine', scopes: ['boxes:read'] } as const;
    await house.store.write(tx => createToken(tx, wish, { random: house.random, nowMs: 1, who: 'test' }));
    assert.equal(await newFirstLink(house.store, firstAccount, house), null);
    assert.equal(await house.store.write(tx => useFirstLink(tx, link, house.nowMs)), false);
  });
});
