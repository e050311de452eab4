import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { items, type Rig, rigInFolder, type Said } from './rig.ts';

let rig: Rig;

before(async () => {
  rig = await rigInFolder();
});
beforeEach(async () => {
  for (const { id } of items(await rig.api('GET', '/integrations')))
    await rig.api('DELETE', `/integrations/${id}`);
});
after(() => rig.close());

describe('one account of Fleetio is connected once', () => {
  const second = (more?: object): Promise<Said> => rig.api('POST', '/integrations', rig.wish(more));

  it('the second time it is said as what it is connected, whatever else is different', async () => {
    const id = await rig.connected({ label: 'North' });
    for (const more of [
      {},
      { label: 'South' },
      { webhookKey: 'another' },
      { baseUrl: `${rig.sandbox.url}/api/` },
    ]) {
      const { status, text } = await second(more);
      assert.equal(status, 409, text);
      assert.ok(text.includes(`as North (${id})`), text);
    }
    assert.equal(items(await rig.api('GET', '/integrations')).length, 1);
  });

  it('itself it may be changed, deleted and connected again', async () => {
    const id = await rig.connected();
    const same = { apiKey: 'sandbox-key', accountToken: 'sandbox' };
    assert.equal((await rig.api('PATCH', `/integrations/${id}`, same)).status, 200);
    await rig.api('DELETE', `/integrations/${id}`);
    assert.equal((await second()).status, 201);
  });

  it('another tenant is not told of it', async () => {
    await rig.connected();
    assert.equal((await rig.other('POST', '/integrations', rig.wish())).status, 201);
    for (const { id } of items(await rig.other('GET', '/integrations')))
      await rig.other('DELETE', `/integrations/${id}`);
  });
});
