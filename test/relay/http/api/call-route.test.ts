/** A route that a page calls in the process: held to schema, scope and proof as a request is, and nobody gives what they do not have. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type * as v from 'valibot';
import { mono, wall } from '../../../../src/base/brand.ts';
import { changePerson, createPerson, type Role } from '../../../../src/relay/domain/account-people.ts';
import { listAudit } from '../../../../src/relay/domain/audit.ts';
import { newSession } from '../../../../src/relay/domain/sessions.ts';
import { routeCalls } from '../../../../src/relay/http/api/call-route.ts';
import { scopesOfRole } from '../../../../src/relay/http/api/roles.ts';
import type { AnsweringRoute, Caller } from '../../../../src/relay/http/api/route.ts';
import { peopleRoutes } from '../../../../src/relay/http/api/routes/people.ts';
import { settingsRoutes } from '../../../../src/relay/http/api/routes/settings.ts';
import { tokenRoutes } from '../../../../src/relay/http/api/routes/tokens.ts';
import { type Scope, scopes } from '../../../../src/relay/http/api/scopes.ts';
import { tagOf, versionIn, versionOf } from '../../../../src/relay/http/api/version.ts';
import { type House, houseOn } from '../../domain/house.ts';
import { onSqliteOrBoth, type StoreSource } from '../../stores.ts';

const minuteMs = 60_000;
const people = peopleRoutes({ pagesUrl: () => 'https://keys.example.org', mail: null });

const byToken = (may: readonly Scope[]): Caller => ({
  ...{ account: 'main', who: 'tok', name: 'a script', scopes: new Set(may), person: null, provedMs: null },
});

const scene = async (source: StoreSource) => {
  const house = await houseOn(await source.fresh());
  const time = { wall: () => wall(house.nowMs), mono: () => mono(house.nowMs), at: () => () => {} };
  const { store, atRest, random } = house;
  return { house, call: routeCalls({ store, atRest, random, time, followers: [] }) };
};

async function signedIn(house: House, role: Role): Promise<Caller> {
  const email = `${role}@example.org`;
  const { id } = await house.act(c => createPerson(c, { name: role, email, role, language: 'en' }, 'hash'));
  const session = { person: id, token: null, agent: 'Firefox' };
  await house.act(c => newSession({ ...c, who: id }, session));
  const may = new Set(scopesOfRole(role));
  return { account: 'main', who: id, name: role, scopes: may, person: id, provedMs: house.nowMs };
}

const ben = { name: 'Ben', email: 'ben@example.org', role: 'operator' };

onSqliteOrBoth('a route that a page calls', source => {
  test('that names the version which it has read changes nothing where that is no longer so', async () => {
    const { call } = await scene(source);
    const [get, change] = ['getSettings', 'changeSettings'].map(name => {
      const route = settingsRoutes({ perDay: 100, perPhoneDay: 10 }).find(each => each.name === name);
      return route as AnsweringRoute<v.GenericSchema>;
    });
    assert.ok(get && change);
    const caller = byToken(['settings:read', 'settings:write']);
    const match = tagOf(versionOf(await call(get, caller, {})));
    const after = await call(change, caller, { body: { name: 'Acme' }, match });
    await assert.rejects(call(change, caller, { body: { name: 'Other' }, match }), { code: 'not-as-read' });
    assert.deepEqual(await call(get, caller, {}), after);
    for (const fits of ['*', `"old", ${tagOf(versionOf(after))}`])
      await call(change, caller, { body: { region: 'BE' }, match: fits }).then(async () =>
        call(change, caller, { body: { region: (after as { region: string }).region } }),
      );
    const weak = `W/${tagOf(versionOf(after))}`;
    await assert.rejects(call(change, caller, { body: {}, match: weak }), { code: 'not-as-read' });
  });

  test('that names a version of a person is held to what people say of them, not to when they were here', async () => {
    const { house, call } = await scene(source);
    const ada = await signedIn(house, 'administrator');
    const { id } = await signedIn(house, 'operator').then(({ person }) => ({ id: person ?? '' }));
    const params = { id };
    const match = tagOf(versionIn(people.getPerson, await call(people.getPerson, ada, { params })));
    const seen = house.nowMs + 5;
    await house.act(({ tx }) => tx.updateTable('person').set({ seen }).where('id', '=', id).execute());
    const change = (name: string) => call(people.changePerson, ada, { params, body: { name }, match });
    assert.equal((await change('Ben de Wit')).name, 'Ben de Wit');
    await assert.rejects(change('Ben Wit'), { code: 'not-as-read' });
    assert.equal((await call(people.getPerson, ada, { params })).name, 'Ben de Wit');
  });

  test('is checked as the API checks it, and the audit says who called', async () => {
    const { house, call } = await scene(source);
    const ada = await signedIn(house, 'administrator');
    await assert.rejects(
      call(people.invitePerson, ada, { body: { ...ben, role: 'boss', size: 1 } }),
      error => {
        assert.match(String(error), /role: .*; size: is not known here/);
        return true;
      },
    );
    const made = await call(people.invitePerson, ada, { body: ben });
    assert.match(made.link, /^https:\/\/keys\.example\.org\/admin\/in\/[\w-]{32}$/);
    assert.deepEqual([made.state, made.language, made.mailed], ['invited', 'en', false]);
    const deeds = await listAudit({ tx: house.store.db, account: 'main' }, { after: null, limit: 10 });
    const deed = deeds.find(({ what, subject }) => what === 'person-created' && subject === made.id);
    assert.deepEqual([deed?.who, deed?.name], [ada.who, 'administrator']);
  });

  test('wants the scope, but of whoever does it to themselves', async () => {
    const { house, call } = await scene(source);
    const operator = await signedIn(house, 'operator');
    const ada = await signedIn(house, 'administrator');
    const refused = { code: 'forbidden' };
    await assert.rejects(call(people.listPeople, operator, {}), refused);
    await assert.rejects(call(people.listSessions, operator, { params: { id: ada.who } }), refused);
    await assert.rejects(call(people.endSessions, operator, { params: { id: ada.who } }), refused);
    await assert.rejects(
      call(people.changePerson, operator, { params: { id: operator.who }, body: { role: 'auditor' } }),
      refused,
    );
    const own = await call(people.listSessions, operator, { params: { id: operator.who } });
    assert.equal(own.items.length, 1);
    await call(people.endSessions, operator, { params: { id: operator.who } });
    assert.deepEqual((await call(people.listSessions, ada, { params: { id: operator.who } })).items, []);
  });

  test('wants a proof of the last ten minutes where it is sensitive; a token proves itself each time', async () => {
    const { house, call } = await scene(source);
    const ada = await signedIn(house, 'administrator');
    house.nowMs += 10 * minuteMs;
    await assert.rejects(call(people.invitePerson, ada, { body: ben }), { code: 'unproved' });
    assert.equal((await call(people.listPeople, ada, {})).items.length, 1);
    assert.equal((await call(people.invitePerson, byToken(scopes), { body: ben })).name, 'Ben');
  });

  test('gives nobody more than the caller has, and no link for somebody who has more', async () => {
    const { house, call } = await scene(source);
    const ada = await signedIn(house, 'administrator');
    const half = byToken([...scopesOfRole('auditor'), 'people:write', 'tokens:write']);
    await assert.rejects(call(people.invitePerson, half, { body: ben }), /role: would allow more/);
    const auditor = await call(people.invitePerson, half, { body: { ...ben, role: 'auditor' } });
    const params = { id: auditor.id };
    await assert.rejects(call(people.changePerson, half, { params, body: { role: 'operator' } }), /role: /);
    const above = /may do more than you/;
    await assert.rejects(call(people.makePersonLink, half, { params: { id: ada.who }, body: {} }), above);
    await assert.rejects(call(people.endSessions, half, { params: { id: ada.who } }), above);
    await assert.rejects(
      call(people.changePerson, half, { params: { id: ada.who }, body: { disabled: true } }),
      above,
    );
    assert.equal(
      (await call(people.changePerson, half, { params, body: { disabled: true } })).state,
      'disabled',
    );
    const createToken = tokenRoutes.find(({ name }) => name === 'createToken') ?? assert.fail();
    const asked = (wanted: readonly string[]) =>
      call(createToken, half, { body: { name: 'a script', scopes: wanted } });
    await assert.rejects(asked(['keys:read', 'keys:write']), /scopes: would allow more/);
    await asked(['keys:read', 'audit:read']);
    const rows = await house.store.db.selectFrom('token').select(['scopes']).execute();
    assert.deepEqual(rows, [{ scopes: 'keys:read audit:read' }]);
  });

  test('makes no link for somebody who was shut out', async () => {
    const { house, call } = await scene(source);
    const ada = await signedIn(house, 'administrator');
    const { id } = await call(people.invitePerson, ada, { body: ben });
    await house.act(c => changePerson(c, id, { disabled: true }));
    await assert.rejects(call(people.makePersonLink, ada, { params: { id }, body: {} }), {
      code: 'conflict',
    });
  });
});

test('an auditor changes nothing and reads no code; an administrator may do everything', () => {
  assert.deepEqual(scopesOfRole('administrator'), scopes);
  const auditor = scopesOfRole('auditor');
  assert.ok(auditor.length > 5 && auditor.every(scope => scope.endsWith(':read') && scope !== 'codes:read'));
  const operator = scopesOfRole('operator');
  for (const scope of [
    'people:read',
    'people:write',
    'tokens:write',
    'settings:write',
    'integrations:write',
  ] as const)
    assert.ok(!operator.includes(scope), scope);
  assert.ok(operator.includes('bookings:write') && operator.includes('codes:read'));
});
