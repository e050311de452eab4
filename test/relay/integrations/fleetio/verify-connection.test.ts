/** The set-up as an administrator walks it, against the sandbox; each undocumented way of Fleetio's in both positions. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { keyGuesses } from '../../../../src/relay/integrations/fleetio/fields.ts';
import { turn, wellBehaved } from '../../../../src/sandbox/switches.ts';
import { fieldKey } from '../../../../src/sandbox/world.ts';
import { boxWithKeys } from '../../domain/house.ts';
import { items, type Rig, rigInFolder, type Said } from './rig.ts';

let rig: Rig;

before(async () => {
  rig = await rigInFolder();
});
beforeEach(async () => {
  const { hooks, ...rest } = wellBehaved();
  turn(rig.sandbox.switches, { ...rest, hooks });
  rig.sandbox.hooks.webhooks.clear();
  for (const { id } of items(await rig.api('GET', '/integrations')))
    await rig.api('DELETE', `/integrations/${id}`);
});
after(() => rig.close());

const switches = (patch: Parameters<typeof turn>[1]): void => turn(rig.sandbox.switches, patch);
/** Whatever was connected before is not any more: an account of Fleetio is connected once. */
async function connect(more?: object): Promise<Said> {
  for (const { id } of items(await rig.api('GET', '/integrations')))
    await rig.api('DELETE', `/integrations/${id}`);
  return await rig.api('POST', '/integrations', rig.wish(more));
}

interface Verdict {
  readonly apiKey: { readonly state: string; readonly code: string | null };
  readonly accountToken: Verdict['apiKey'];
  readonly webhookKey: Verdict['apiKey'];
  readonly fields: Record<string, { readonly key: string | null; readonly state: string }>;
  readonly missing: string | null;
}
const verdictOf = (said: Said): Verdict => {
  assert.ok(said.status === 201 || said.status === 200, said.text);
  return (said.body.verdict ?? said.body) as unknown as Verdict;
};
const wrongs = (said: Said): readonly string[] => {
  assert.equal(said.status, 400, said.text);
  return (said.body.errors as { path: string }[]).map(({ path }) => path);
};

const events = ['vehicle_assignment_created', 'vehicle_assignment_updated', 'vehicle_assignment_deleted'];
const webhook = (more: object = {}) =>
  rig.sandbox.hooks.add({
    ...{ url: rig.webhookUrl, description: '', authorization: null, sharedKey: 'hook-key', allEvents: false },
    ...{ events: new Set(events), ...more },
  });

describe('the three tokens, one by one', () => {
  it('all right', async () => {
    webhook();
    const { apiKey, accountToken, webhookKey, fields, missing } = verdictOf(
      await connect({ webhookKey: 'hook-key' }),
    );
    assert.deepEqual(
      [apiKey.state, accountToken.state, webhookKey.state, missing],
      ['right', 'right', 'right', null],
    );
    assert.deepEqual(
      Object.values(fields).map(({ state }) => state),
      ['found', 'found', 'found'],
    );
    const [made] = items(await rig.api('GET', '/integrations'));
    assert.equal(made?.label, 'Example Fleet');
    assert.equal(made?.webhookUrl, rig.webhookUrl);
    assert.doesNotMatch(JSON.stringify(made), /sandbox-key|hook-key/);
  });

  it('a wrong API key is the key’s fault, a wrong account token the token’s; nothing is stored', async () => {
    assert.deepEqual(wrongs(await connect({ apiKey: 'wrong' })), ['apiKey']);
    assert.deepEqual(wrongs(await connect({ accountToken: 'wrong' })), ['accountToken']);
    assert.deepEqual(wrongs(await connect({ accountToken: 'wrong', apiKey: 'wrong' })), ['apiKey']);
    const inside = await connect({ baseUrl: 'https://169.254.169.254/latest' });
    assert.deepEqual([inside.status, inside.body.code], [400, 'fleetio-address']);
    assert.deepEqual(items(await rig.api('GET', '/integrations')), []);
  });

  it('a key whose user may not read assignments is the key’s fault', async () => {
    switches({ failure: '403', failOn: '/vehicle_assignments', failTimes: -1 });
    const said = await connect();
    assert.deepEqual(wrongs(said), ['apiKey']);
    assert.match(said.text, /Manage vehicle assignments/);
  });

  it('an account list that nobody may read is no obstacle', async () => {
    switches({ failure: '403', failOn: '/accounts', failTimes: -1 });
    const { apiKey, accountToken } = verdictOf(await connect());
    assert.deepEqual([apiKey.state, accountToken.state], ['unknown', 'right']);
    assert.deepEqual(wrongs(await connect({ accountToken: 'wrong' })), ['accountToken']);
  });

  it('Fleetio away is nobody’s fault, and said as that', async () => {
    for (const failure of ['503', 'cut', '429'] as const) {
      switches({ failure, failOn: '', failTimes: -1, retryAfterS: 0 });
      const said = await connect();
      assert.ok(said.status === 502 || said.status === 503, said.text);
      switches({ failure: 'none' });
    }
    assert.deepEqual(items(await rig.api('GET', '/integrations')), []);
  });

  it('each wrong of the webhook has its word', async () => {
    const code = async (more: object, key = 'hook-key'): Promise<string | null> => {
      rig.sandbox.hooks.webhooks.clear();
      const hook = webhook();
      Object.assign(hook, more);
      const said = await connect({ webhookKey: key });
      await rig.api('DELETE', `/integrations/${said.body.id}`);
      return verdictOf(said).webhookKey.code;
    };
    assert.equal(await code({}), null);
    assert.equal(await code({}, 'other-key'), 'webhook-key');
    assert.equal(await code({ url: 'https://elsewhere.example/' }), 'webhook-url');
    assert.equal(await code({ url: 'https://elsewhere.example/' }, 'other-key'), 'webhook-missing');
    assert.equal(await code({ enabled: false, disabledReason: 'too many' }), 'webhook-disabled');
    assert.equal(await code({ events: new Set(events.slice(1)) }), 'webhook-events');
    assert.equal(await code({ events: new Set(), allEvents: true }), null);
    switches({ failure: '403', failOn: '/webhooks', failTimes: -1 });
    assert.equal(await code({}), 'webhook-unseen');
  });

  it('a webhook that may not be looked at is proven by its first event', async () => {
    const id = await rig.connected({ webhookKey: 'hook-key' });
    switches({ failure: '403', failOn: '/webhooks', failTimes: -1 });
    assert.equal(verdictOf(await rig.api('POST', `/integrations/${id}/test`)).webhookKey.state, 'unknown');
    webhook();
    rig.sandbox.world.assign({ vehicle: 301, contact: 701, startedAt: 1, endedAt: 2 });
    while (rig.sandbox.hooks.deliveries.at(-1)?.status !== 'sent') await new Promise(setImmediate);
    assert.equal(verdictOf(await rig.api('POST', `/integrations/${id}/test`)).webhookKey.state, 'right');
    const [event] = items(await rig.api('GET', `/integrations/${id}/events`));
    assert.equal(event?.event, 'vehicle_assignment_created');
  });
});

describe('either way that Fleetio may go', () => {
  for (const paths of ['plain', 'versioned', 'both'] as const)
    it(`paths ${paths}: found out, whichever was set`, async () => {
      switches({ paths });
      for (const set of ['plain', 'versioned'] as const) {
        const id = await rig.connected({ settings: { paths: set, callsPerMin: 0 } });
        const { settings, vehicles } = (await rig.api('GET', `/integrations/${id}`)).body as {
          settings: { paths: string };
          vehicles: { known: number };
        };
        assert.equal(settings.paths, paths === 'both' ? set : paths);
        assert.equal(vehicles.known, 5);
        await rig.api('DELETE', `/integrations/${id}`);
      }
    });

  for (const lists of ['records', 'array'] as const)
    it(`lists as ${lists}`, async () => {
      switches({ lists });
      const id = await rig.connected();
      assert.equal(items(await rig.api('GET', `/integrations/${id}/vehicles`)).length, 5);
    });

  it('events by other names are taken over where Fleetio lists them', async () => {
    switches({ eventName: 'assignment_of_vehicle_%' });
    webhook({ allEvents: true });
    const said = await connect({ webhookKey: 'hook-key' });
    assert.equal(verdictOf(said).webhookKey.state, 'right');
    const { settings } = (await rig.api('GET', `/integrations/${said.body.id}`)).body as {
      settings: { events: Record<string, string> };
    };
    assert.equal(settings.events.deleted, 'assignment_of_vehicle_deleted');
  });
});

describe('the three custom fields', () => {
  const relabel = (labels: readonly string[]): void => {
    rig.sandbox.world.fields.length = 0;
    for (const label of labels) rig.sandbox.world.addField(label);
  };
  const english = ['Keycafe Access Instructions', 'Keycafe Access Link', 'Keycafe Access Code'];
  const dutch = ['Instructies voor toegang tot Keycafe', 'Keycafe-toegangslink', 'Toegangscode sleutelcafé'];
  after(() => relabel(english));

  it('the missing one is named', async () => {
    relabel(english.slice(0, 2));
    const { fields, missing } = verdictOf(await connect());
    assert.equal(fields.code?.state, 'missing');
    assert.match(missing ?? '', /“Keycafe Access Code”/);
    assert.doesNotMatch(missing ?? '', /Link/);
  });

  it('Dutch labels are found without being set', async () => {
    relabel(dutch);
    const { fields } = verdictOf(await connect());
    assert.equal(fields.code?.key, fieldKey('Toegangscode sleutelcafé'));
    assert.equal(fields.link?.state, 'found');
  });

  it('labels of one’s own are found, and no others', async () => {
    relabel(['Sleutel', ...english]);
    const settings = { fields: { code: { label: 'sleutel ' } }, callsPerMin: 0 };
    const { fields } = verdictOf(await connect({ settings }));
    assert.deepEqual([fields.code?.key, fields.link?.state], ['sleutel', 'found']);
    relabel(english);
    const other = verdictOf(await connect({ settings: { fields: { code: { label: 'Sleutel' } } } }));
    assert.equal(other.fields.code?.state, 'missing');
  });

  it('without a list: by what assignments carry, else as the pages say, to be proven by the first write', async () => {
    relabel(english);
    switches({ fieldList: 'forbidden' });
    const bare = verdictOf(await connect());
    assert.deepEqual(bare.fields.code, { label: english[2], key: 'keycafe_access_code', state: 'assumed' });
    const { world } = rig.sandbox;
    const made = world.assign({ vehicle: 304, contact: 701, startedAt: 1, endedAt: 2 });
    world.change(made.id, { fields: { keycafe_access_code: '1' } });
    assert.equal(verdictOf(await connect()).fields.code?.state, 'found');
    world.remove(made.id);
  });

  it('picked by hand they stay, and another label forgets the key', async () => {
    const id = await rig.connected();
    const patch = (code: object) =>
      rig.api('PATCH', `/integrations/${id}`, { settings: { fields: { code } } });
    const keyOf = ({ body }: Said): unknown =>
      (body.settings as { fields: { code: { key: unknown } } }).fields.code.key;
    assert.equal(keyOf(await patch({ key: 'by_hand' })), 'by_hand');
    await rig.api('POST', `/integrations/${id}/test`);
    assert.equal(keyOf(await rig.api('GET', `/integrations/${id}`)), 'keycafe_access_code');
    switches({ fieldList: 'forbidden' });
    await patch({ key: 'by_hand' });
    await rig.api('POST', `/integrations/${id}/test`);
    assert.equal(keyOf(await rig.api('GET', `/integrations/${id}`)), 'by_hand');
    assert.equal(keyOf(await patch({ label: 'Other' })), null);
    const { body } = await rig.api('GET', `/integrations/${id}/custom-fields`);
    assert.equal(body.all, null);
  });

  it('guesses of a key begin with the documented rule', () => {
    assert.equal(keyGuesses('Shirt  Size')[0], 'shirt_size');
    const guesses = ['keycafe-toegangslink', 'keycafe_toegangslink', 'keycafetoegangslink'];
    assert.deepEqual(keyGuesses('Keycafe-toegangslink'), guesses);
    assert.ok(keyGuesses('Toegangscode sleutelcafé').includes('toegangscode_sleutelcafe'));
  });
});

describe('afterwards', () => {
  it('tokens are changed only after they were tried; a label at once', async () => {
    const id = await rig.connected();
    assert.deepEqual(wrongs(await rig.api('PATCH', `/integrations/${id}`, { apiKey: 'wrong' })), ['apiKey']);
    assert.equal((await rig.api('PATCH', `/integrations/${id}`, { label: 'North' })).body.label, 'North');
    const off = await rig.api('PATCH', `/integrations/${id}`, { enabled: false });
    assert.equal(off.body.enabled, false);
    assert.equal((await rig.api('PATCH', `/integrations/${id}`, { nonsense: 1 })).status, 400);
  });

  it('another account sees and changes nothing', async () => {
    const id = await rig.connected();
    const { keys } = await boxWithKeys(rig.house, 1, { account: 'other', id: 'box-of-other' });
    assert.deepEqual(items(await rig.other('GET', '/integrations')), []);
    const asks: readonly (readonly [string, string, unknown?])[] = [
      ['GET', ''],
      ['PATCH', '', { label: 'x' }],
      ['PATCH', '', { apiKey: 'sandbox-key' }],
      ['DELETE', ''],
      ['POST', '/test'],
      ['POST', '/refresh'],
      ['GET', '/vehicles'],
      ['GET', '/events'],
      ['GET', '/custom-fields'],
      ['PATCH', '/vehicles/301', { key: keys[0] }],
    ];
    for (const [method, path, body] of asks)
      assert.equal(
        (await rig.other(method, `/integrations/${id}${path}`, body)).status,
        404,
        `${method} ${path}`,
      );
    assert.equal((await rig.api('PATCH', `/integrations/${id}/vehicles/301`, { key: keys[0] })).status, 404);
  });
});
