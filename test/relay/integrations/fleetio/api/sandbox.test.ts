/** The client against the sandbox, each undocumented way of Fleetio's in both positions. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { wall } from '../../../../../src/base/brand.ts';
import type { Client } from '../../../../../src/relay/integrations/fleetio/api/client.ts';
import { openSandbox, type Sandbox } from '../../../../../src/sandbox/server.ts';
import { smallFleet } from '../../../../../src/sandbox/small-fleet.ts';
import { turn as set, wellBehaved } from '../../../../../src/sandbox/switches.ts';
import { clientOf, turn } from '../fixture.ts';
import { clock } from '../rig.ts';

const hourMs = 3_600_000;
const start = Date.parse('2026-03-02T08:00:00Z');

let sandbox: Sandbox;
let client: Client;
let id: string;

before(async () => {
  sandbox = await openSandbox({ host: '127.0.0.1', port: 0, world: smallFleet(clock.now), clock });
});
beforeEach(() => {
  const { hooks, ...rest } = wellBehaved();
  set(sandbox.switches, { ...rest, hooks });
  const { world } = sandbox;
  for (const each of [...world.assignments.keys()]) world.remove(each);
  const window = { startedAt: start, endedAt: start + hourMs };
  id = String(world.assign({ vehicle: 301, contact: 701, ...window }).id);
  client?.close();
  client = clientOf({ url: sandbox.url, apiKey: 'sandbox-key', accountToken: 'sandbox' });
});
after(async () => {
  client.close();
  await sandbox.close();
});

const code = { keycafe_access_code: '1234 5678' };
const fieldsAfter = async (
  fields: Record<string, string | null>,
): Promise<readonly (readonly [string, string | null])[]> => {
  const read = await client.patchAssignment(id, { fields }, turn);
  assert.ok(read !== 'gone');
  return [...read.fields];
};

describe('assignments', () => {
  it('are read with their instants in UTC, whatever the account’s zone is', async () => {
    const read = await client.assignment(id, turn);
    assert.ok(read !== 'gone');
    assert.deepEqual(
      [read.vehicle, read.contact, read.started, read.ended],
      ['301', '701', start, start + hourMs],
    );
  });

  for (const noFields of ['empty', 'null'] as const)
    it(`without values, as ${noFields}`, async () => {
      set(sandbox.switches, { noFields });
      const read = await client.assignment(id, turn);
      assert.ok(read !== 'gone' && read.fields.size === 0);
    });

  for (const lists of ['records', 'array'] as const)
    it(`changed since an instant, oldest first, as ${lists}`, async () => {
      set(sandbox.switches, { lists });
      const { world } = sandbox;
      for (let at = 1; at <= 230; at += 1)
        world.assign({
          vehicle: 302,
          contact: 702,
          startedAt: start + at * 2 * hourMs,
          endedAt: start + (at * 2 + 1) * hourMs,
        });
      const found: string[] = [];
      for await (const page of client.assignments({ updatedSince: wall(start) }, turn))
        found.push(...page.records.map(each => each.id));
      assert.equal(new Set(found).size, 231);
      const mine: string[] = [];
      for await (const page of client.assignments({ vehicle: '301' }, turn))
        mine.push(...page.records.map(each => each.id));
      assert.deepEqual(mine, [id]);
    });

  it('that were deleted are gone, for reading and for writing', async () => {
    sandbox.world.remove(Number(id));
    assert.equal(await client.assignment(id, turn), 'gone');
    assert.equal(await client.patchAssignment(id, { fields: code }, turn), 'gone');
  });

  it('are not gone where only the paths are wrong', async () => {
    set(sandbox.switches, { paths: 'versioned' });
    await assert.rejects(client.assignment(id, turn), { code: 'fleetio-not-found' });
  });
});

describe('fields', () => {
  for (const fields of ['merge', 'replace'] as const)
    it(`are read back as Fleetio keeps them: ${fields}`, async () => {
      set(sandbox.switches, { fields });
      sandbox.world.addField('Theirs');
      sandbox.world.change(Number(id), { fields: { theirs: 'x' } });
      const kept = await fieldsAfter(code);
      assert.deepEqual(new Map(kept).get('keycafe_access_code'), '1234 5678');
      assert.equal(new Map(kept).has('theirs'), fields === 'merge');
      assert.equal(
        new Map(await fieldsAfter({ keycafe_access_code: null })).get('keycafe_access_code'),
        undefined,
      );
      sandbox.world.removeField('theirs');
    });

  it('that Fleetio does not know are missing in what is read back, or refused', async () => {
    assert.deepEqual(await fieldsAfter({ nobody: 'x', ...code }), Object.entries(code));
    set(sandbox.switches, { unknownKeys: 'reject' });
    await assert.rejects(fieldsAfter({ nobody: 'x' }), { code: 'fleetio-rejected', message: /nobody/ });
  });

  it('are written once however often it takes', async () => {
    for (const failure of ['500', 'cut', '503'] as const) {
      set(sandbox.switches, { failure, failOn: 'PATCH', failTimes: 2 });
      assert.deepEqual(await fieldsAfter(code), Object.entries(code));
    }
    set(sandbox.switches, { failure: 'garbage', failOn: 'PATCH', failTimes: 1 });
    await assert.rejects(fieldsAfter(code), { code: 'fleetio-strange' });
  });
});

it('a limit of Fleetio’s own is waited out', async () => {
  set(sandbox.switches, { failure: '429', failTimes: 2, retryAfterS: 0 });
  assert.ok((await client.contact('701', turn)) !== 'gone');
});
