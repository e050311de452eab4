/** Whoever looks after another account finds nothing of this one, whatever is registered and whichever id is asked for. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type PageRelay, startPages } from '../../../../scripts/rig/page-relay.ts';
import { firstAccount } from '../../../../src/relay/domain/accounts.ts';
import { createDriver } from '../../../../src/relay/domain/drivers.ts';
import { newSession } from '../../../../src/relay/domain/sessions.ts';
import { readScopes } from '../../../../src/relay/http/api/scopes.ts';
import { readToken } from '../../../../src/relay/http/api/token.ts';
import { createToken } from '../../../../src/relay/http/api/tokens.ts';
import { addressesOf, filled, idsOf, isForAll, isOfSomething, pathsOf, textOf } from './every-page.ts';

let relay: PageRelay;
let stranger: string;
let ids: readonly string[];

before(async () => {
  relay = await startPages('trouble');
  const row = { id: 'other', name: 'Other', region: 'NL', region_chosen: 0 as const, settings: '{}' };
  await relay.store.write(tx =>
    tx
      .insertInto('account')
      .values({ ...row, created: 1, events: 0 })
      .execute(),
  );
  const wanted = { account: 'other', name: 'Stranger', scopes: readScopes(['admin']).scopes };
  stranger = await relay.act(async context => {
    const token = await createToken(context.tx, wanted, { ...context, nowMs: context.now });
    const session = { person: null, token: readToken(token)?.id ?? '', agent: 'a browser' };
    return `smartbox_admin=${await newSession({ ...context, account: 'other' }, session)}`;
  });
  await relay.act(context => createDriver(context, { name: 'Ann Bos', email: 'ann@example.org' }));
  await relay.cookie('person');
  ids = await idsOf(relay, firstAccount);
});
after(() => relay.close());

/** What is over already is over: whoever ends a session that is not theirs has ended none. */
const isOver = /^\/admin\/sessions\/:\w+\/end$/;
/** Words of the first account. */
const theirs = /Van \d|Depot [AB]|Airport|Acme Fleet|Ann Bos|Ada Moreno/;

test('an administrator of the account itself comes to each page that has an id', async () => {
  const found = await addressesOf(relay, await relay.cookie('admin'), firstAccount);
  const without = [...found].filter(([path, at]) => isOfSomething(path) && at === null && !isForAll(path));
  // Each of these wants a thing that this account has none of: when the list grows, the fixture grows.
  assert.deepEqual(
    without.map(([path]) => path),
    [],
  );
});

test('a page of an id is not there for an administrator of another account', async () => {
  const wrong: string[] = [];
  for (const path of pathsOf(relay, 'GET').filter(each => !isForAll(each)))
    for (const address of filled(path, ids)) {
      const answer = await fetch(relay.url + address, { headers: { cookie: stranger }, redirect: 'manual' });
      if (isOfSomething(path) && answer.status !== 404) wrong.push(`${answer.status} ${address}`);
      if (theirs.test(await textOf(answer))) wrong.push(`${address} shows something of theirs`);
    }
  assert.deepEqual(wrong, []);
});

test('nor can they do anything to it', async () => {
  const stands = async (): Promise<string> => {
    const tables = [
      'box',
      'key',
      'driver',
      'booking',
      'problem',
      'site',
      'person',
      'integration',
      'vehicle',
    ] as const;
    const rows = tables.map(table =>
      relay.store.db
        .selectFrom(table as 'box')
        .selectAll()
        .where('account', '=', firstAccount)
        .orderBy('id')
        .execute(),
    );
    return JSON.stringify(await Promise.all(rows));
  };
  const before = await stands();
  const wrong: string[] = [];
  for (const path of pathsOf(relay, 'POST').filter(each => isOfSomething(each) && !isForAll(each)))
    for (const address of filled(path, ids)) {
      const answer = await fetch(relay.url + address, {
        ...{
          method: 'POST',
          redirect: 'manual',
          body: new URLSearchParams({ name: 'mine', why: 'because' }),
        },
        headers: { cookie: stranger, 'sec-fetch-site': 'same-origin' },
      });
      if (answer.status !== 404 && !(answer.status === 303 && isOver.test(path)))
        wrong.push(`${answer.status} ${answer.headers.get('location')} ${address}`);
      if (theirs.test(await textOf(answer))) wrong.push(`${address} shows something of theirs`);
    }
  assert.equal(await stands(), before);
  assert.deepEqual(wrong, []);
});
