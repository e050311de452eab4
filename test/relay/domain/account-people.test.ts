/** People of an account, their links and their sessions: who is let in, until when, and that the account is left to somebody. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wall } from '../../../src/base/brand.ts';
import {
  changePerson,
  createPerson,
  listPeople,
  type NewPerson,
  peopleWithAddress,
  setPassword,
} from '../../../src/relay/domain/account-people.ts';
import { createAccount } from '../../../src/relay/domain/accounts.ts';
import { listAudit } from '../../../src/relay/domain/audit.ts';
import { newPersonLink, personByLink, usePersonLink } from '../../../src/relay/domain/person-links.ts';
import { retainRelay } from '../../../src/relay/domain/retention.ts';
import {
  endSession,
  endSessions,
  listSessions,
  newSession,
  noteSessionUse,
  sessionBySecret,
} from '../../../src/relay/domain/sessions.ts';
import { onBothStores } from '../stores.ts';
import { type House, hourMs, houseOn } from './house.ts';

const ada: NewPerson = { name: 'Ada', email: 'Ada@Example.org', role: 'administrator', language: 'en' };
const ben: NewPerson = { name: 'Ben', email: 'ben@example.org', role: 'administrator', language: 'nl' };
const conflict = { code: 'conflict' };
const all = { after: null, limit: 10 };

const dayMs = 24 * hourMs;

const signIn = (house: House, person: string): Promise<string> =>
  house.act(c => newSession({ ...c, who: person }, { person, token: null, agent: 'Firefox' }));
const isIn = async ({ store, nowMs }: House, secret: string): Promise<boolean> =>
  (await sessionBySecret(store.db, secret, nowMs)) !== null;

onBothStores('people of an account', source => {
  test('an address is one person’s in an account, however it is written, and may be known to another', async () => {
    const house = await houseOn(await source.fresh());
    const made = await house.act(c => createPerson(c, ada));
    assert.equal(made.email, 'ada@example.org');
    await assert.rejects(
      house.act(c => createPerson(c, { ...ben, email: 'ADA@example.org ' })),
      conflict,
    );
    const other = await house.act(c => createAccount(c, { name: 'Other', region: 'BE' }));
    await house.act(c => createPerson(c, { ...ada, name: 'Ada there' }), other.id);
    const known = await peopleWithAddress(house.store.db, 'ada@example.org');
    assert.deepEqual(
      known.map(each => each.name),
      ['Ada', 'Ada there'],
    );
    const ours = await listPeople({ tx: house.store.db, account: 'main' }, all);
    assert.deepEqual(
      ours.map(each => each.id),
      [made.id],
    );
    await assert.rejects(
      house.act(c => changePerson(c, made.id, { name: 'x' }), other.id),
      { code: 'not-found' },
    );
  });

  test('the last administrator who can sign in stays one, and is not shut out', async () => {
    const house = await houseOn(await source.fresh());
    const first = await house.act(c => createPerson(c, ada, 'hash'));
    const second = await house.act(c => createPerson(c, ben));
    for (const patch of [{ role: 'auditor' }, { disabled: true }] as const)
      await assert.rejects(
        house.act(c => changePerson(c, first.id, patch)),
        conflict,
        'who was invited cannot sign in yet',
      );
    await house.act(c => changePerson(c, first.id, { name: 'Ada L.', language: 'nl' }));
    await house.act(c => setPassword(c, second.id, 'hash'));
    const done = await Promise.allSettled([
      house.act(c => changePerson(c, first.id, { disabled: true })),
      house.act(c => changePerson(c, second.id, { disabled: true })),
    ]);
    assert.deepEqual(done.map(each => each.status).sort(), ['fulfilled', 'rejected'], 'both at one time');
  });

  test('who is disabled is out at once, with every link, and comes back by a new sign-in', async () => {
    const house = await houseOn(await source.fresh());
    await house.act(c => createPerson(c, ada, 'hash'));
    const { id } = await house.act(c => createPerson(c, { ...ben, role: 'operator' }, 'hash'));
    const secret = await signIn(house, id);
    const person = { id, password: 'hash', disabled: null };
    const link = await house.act(c => newPersonLink(c, person));
    assert.equal(await isIn(house, secret), true);
    await house.act(c => changePerson(c, id, { disabled: true }));
    assert.equal(await isIn(house, secret), false);
    assert.equal(await personByLink(house.store.db, link.secret, house.nowMs), null);
    assert.deepEqual(await peopleWithAddress(house.store.db, 'ben@example.org'), []);
    await assert.rejects(
      house.act(c => newPersonLink(c, { ...person, disabled: 1 })),
      conflict,
    );
    await house.act(c => changePerson(c, id, { disabled: false }));
    assert.equal(await isIn(house, secret), false);
    assert.equal((await peopleWithAddress(house.store.db, 'ben@example.org')).length, 1);
  });

  test('a link works once and for its time: three days for who is invited, an hour for who lost a password', async () => {
    const house = await houseOn(await source.fresh());
    const made = await house.act(c => createPerson(c, ada));
    const first = await house.act(c => newPersonLink(c, made));
    const link = await house.act(c => newPersonLink(c, made));
    assert.equal(link.kind, 'invitation');
    const look = (secret: string) => personByLink(house.store.db, secret, house.nowMs);
    assert.equal(await look(first.secret), null, 'the one before is void');
    assert.equal((await look(link.secret))?.id, made.id);
    house.nowMs += 72 * hourMs - 1;
    assert.equal((await look(link.secret))?.id, made.id);
    const other = await source.again(house.store);
    const used = await Promise.all(
      [house.store, other].map(store =>
        store.write(tx => usePersonLink({ tx, now: wall(house.nowMs) }, link.secret)),
      ),
    );
    assert.deepEqual(used.sort(), [false, true], 'also where two copies are asked at one time');
    assert.equal(await look(link.secret), null);
    const reset = await house.act(c => newPersonLink(c, { ...made, password: 'hash' }));
    assert.deepEqual([reset.kind, reset.expires], ['reset', house.nowMs + hourMs]);
    house.nowMs += hourMs;
    assert.equal(await look(reset.secret), null);
    assert.equal(await house.act(c => usePersonLink(c, reset.secret)), false);
    assert.equal(await look('x'.repeat(32)), null);
  });

  test('a session ends half a day after its last use, and after thirty days whatever is done', async () => {
    const house = await houseOn(await source.fresh());
    const { id } = await house.act(c => createPerson(c, ada, 'hash'));
    const secret = await signIn(house, id);
    const session = async () => await sessionBySecret(house.store.db, secret, house.nowMs);
    house.nowMs += 12 * hourMs - 1;
    for (let left = 30 * dayMs - 12 * hourMs; left > 0; left -= 11 * hourMs) {
      const found = await session();
      assert.ok(found !== null, `${left}`);
      await house.act(c => noteSessionUse(c, found));
      house.nowMs += Math.min(left, 11 * hourMs);
    }
    assert.ok((await session()) !== null);
    house.nowMs += 1;
    assert.equal(await session(), null, 'thirty days');
    const idle = await signIn(house, id);
    assert.equal((await listSessions({ tx: house.store.db, account: 'main' }, id, house.nowMs)).length, 1);
    house.nowMs += 12 * hourMs;
    assert.equal(await isIn(house, idle), false);
    house.nowMs += 1;
    await house.store.write(tx => retainRelay(tx, house.nowMs));
    assert.deepEqual(
      await house.store.db.selectFrom('session').select('id').execute(),
      [],
      'and is forgotten',
    );
  });

  test('one session is ended, or all of a person, and nobody else’s; a new password ends them too', async () => {
    const house = await houseOn(await source.fresh());
    const a = await house.act(c => createPerson(c, ada, 'hash'));
    const b = await house.act(c => createPerson(c, ben, 'hash'));
    const [one, two, three] = [
      await signIn(house, a.id),
      await signIn(house, a.id),
      await signIn(house, b.id),
    ];
    const id = (await sessionBySecret(house.store.db, one, house.nowMs))?.id ?? '';
    await assert.rejects(
      house.act(c => endSession(c, b.id, id)),
      { code: 'not-found' },
    );
    await house.act(c => endSession(c, a.id, id));
    const states = async () => await Promise.all([one, two, three].map(each => isIn(house, each)));
    assert.deepEqual(await states(), [false, true, true]);
    await house.act(c => endSessions(c, a.id));
    assert.deepEqual(await states(), [false, false, true]);
    await house.act(c => setPassword(c, b.id, 'other'));
    assert.deepEqual(await states(), [false, false, false]);
  });

  test('the audit names the person, and no secret of theirs', async () => {
    const house = await houseOn(await source.fresh());
    const { id } = await house.act(c => createPerson(c, ada, 'hash'));
    const secret = await signIn(house, id);
    const rows = await listAudit({ tx: house.store.db, account: 'main' }, all);
    const deeds = rows.map(({ who, name, what, subject }) => [who, name, what, subject]);
    assert.deepEqual(
      deeds.sort(),
      [
        ['test', null, 'person-created', id],
        [id, 'Ada', 'signed-in', id],
      ].sort(),
    );
    assert.ok(
      !JSON.stringify(await house.store.db.selectFrom('session').selectAll().execute()).includes(secret),
    );
  });
});
