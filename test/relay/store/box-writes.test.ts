import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storeLinks } from '../../../src/relay/store/box-writes.ts';
import { boxWithKeys, houseOn } from '../domain/house.ts';
import { onBothStores } from '../stores.ts';

onBothStores('what the fleet writes', source => {
  test('a link that was told late, after a disk that refused, does not undo a later one', async () => {
    const house = await houseOn(await source.fresh());
    const { box } = await boxWithKeys(house, 1);
    const told = async (link: 'up' | 'lost', now: number): Promise<unknown> => {
      await house.store.write(tx => storeLinks(tx, [{ box, link, now }]));
      const row = house.store.db.selectFrom('box').select(['link', 'link_since']).where('id', '=', box);
      return row.executeTakeFirstOrThrow();
    };
    const now = house.nowMs;
    assert.deepEqual(await told('up', now), { link: 'up', link_since: now });
    assert.deepEqual(await told('lost', now - 1), { link: 'up', link_since: now });
    assert.deepEqual(await told('lost', now + 1), { link: 'lost', link_since: now + 1 });
    await told('up', now + 86_400_000);
    assert.deepEqual(
      await told('lost', now + 2),
      { link: 'lost', link_since: now + 2 },
      'that clock was wrong',
    );
  });
});
