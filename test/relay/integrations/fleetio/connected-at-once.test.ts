/** Two copies of the relay connect one account of Fleetio in one instant. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf } from '../../../../src/base/fault.ts';
import {
  changeIntegration,
  createIntegration,
} from '../../../../src/relay/integrations/fleetio/integrations.ts';
import { defaultSettings } from '../../../../src/relay/integrations/fleetio/settings.ts';
import type { ConnectionResult } from '../../../../src/relay/integrations/fleetio/verify-connection.ts';
import { houseOn } from '../../domain/house.ts';
import { onBothStores } from '../../stores.ts';

const good = { state: 'good' } as unknown as ConnectionResult['apiKey'];
const tried: ConnectionResult = {
  ...{ apiKey: good, accountToken: good, webhookKey: good, fields: null, settings: defaultSettings },
  ...{ webhookId: null, name: 'Fleet' },
};
const wish = (accountToken: string) => ({
  ...{ label: null, baseUrl: 'https://secure.fleetio.com/api', apiKey: 'key', accountToken },
  ...{ webhookKey: null, webhookAuthorization: null },
});

onBothStores('one account of Fleetio', source => {
  test('is connected once, however many ask for it at one time', async () => {
    const store = await source.fresh();
    const other = store.engine === 'sqlite' ? store : await source.again(store);
    const houses = [await houseOn(store), await houseOn(other, 1, 2)];
    const asked = Array.from({ length: 8 }, (_, at) =>
      (houses[at % 2] ?? assert.fail())
        .act(c => createIntegration(c, wish('one'), tried))
        .then(() => 'made', codeOf),
    );
    const said = await Promise.all(asked);
    assert.deepEqual(said.filter(each => each === 'made').length, 1, said.join());
    assert.ok(
      said.every(each => each === 'made' || each === 'conflict'),
      said.join(),
    );
  });

  test('nor becomes another connection’s by a change in that instant', async () => {
    const store = await source.fresh();
    const other = store.engine === 'sqlite' ? store : await source.again(store);
    const [one, two] = [await houseOn(store), await houseOn(other, 1, 2)] as const;
    const { id } = await one.act(c => createIntegration(c, wish('first'), tried));
    const said = await Promise.all([
      one.act(c => changeIntegration(c, id, { accountToken: 'one' }, null)).then(() => 'made', codeOf),
      two.act(c => createIntegration(c, wish('one'), tried)).then(() => 'made', codeOf),
    ]);
    assert.deepEqual([...said].sort(), ['conflict', 'made']);
  });
});
