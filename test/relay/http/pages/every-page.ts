/** All that is registered below `/admin`, with addresses that lead somewhere: tests that walk these try a page that comes later, too. */
import { sql } from 'kysely';
import type { PageRelay } from '../../../../scripts/rig/page-relay.ts';

/** Files and pieces for tests are no pages. */
const isPage = (path: string): boolean =>
  path.startsWith('/admin') && !path.startsWith('/admin/assets/') && !path.startsWith('/admin/_/pieces/');

export const pathsOf = ({ served }: PageRelay, method: 'GET' | 'POST'): readonly string[] => [
  ...new Set(served.filter(each => each.method === method && isPage(each.path)).map(({ path }) => path)),
];

/** Where nobody is signed in yet. */
export const isForAll = (path: string): boolean =>
  /^\/admin\/(?:login|logout|sign-in|sign-out|lost|first|in)(?:\/|$)/.test(path);

/** A stream of names has no end to be read to. */
export async function textOf(answer: Response): Promise<string> {
  if (!(answer.headers.get('content-type') ?? '').startsWith('text/event-stream')) return await answer.text();
  await answer.body?.cancel();
  return '';
}

/** Others have words of a list in their address, such as a language. */
export const isOfSomething = (path: string): boolean => /:id\b/.test(path);

/** Ids of what an account has, of whatever kind there is: one that fits a page is found by trying. */
export async function idsOf({ store: { db } }: PageRelay, account: string): Promise<readonly string[]> {
  const kinds = await sql<{ readonly name: string }>`
    select m.name from sqlite_master m where m.type = 'table' and m.name not in ('audit', 'event', 'message', 'webhook_event')
      and 2 = (select count(*) from pragma_table_info(m.name) c where c.name in ('id', 'account'))`.execute(
    db,
  );
  const ids: string[] = [];
  for (const { name } of kinds.rows) {
    const found = await sql<{ readonly id: string }>`
      select id from ${sql.table(name)} where account = ${account} order by id limit 1`.execute(db);
    ids.push(...found.rows.map(({ id }) => id));
  }
  return ids;
}

/** The same page with ids in the place of its parameters: the first of the account's own, the others of Fleetio's records. */
export function filled(path: string, ids: readonly string[]): readonly string[] {
  const [first = '', ...rest] = path.match(/:\w+/g) ?? [];
  if (first === '') return [path];
  const inner: Readonly<Record<string, string>> = { ':vehicle': '301', ':assignment': '801' };
  const others = (text: string): string =>
    rest.reduce((left, name) => left.replace(name, inner[name] ?? 'any'), text);
  return ids.map(id => others(path.replace(first, encodeURIComponent(id))));
}

/** An address of each page that shows something; null: no id of the account leads there. */
export async function addressesOf(
  relay: PageRelay,
  cookie: string,
  account: string,
): Promise<ReadonlyMap<string, string | null>> {
  const ids = await idsOf(relay, account);
  const found = new Map<string, string | null>();
  for (const path of pathsOf(relay, 'GET')) {
    found.set(path, null);
    for (const address of filled(path, ids)) {
      const answer = await fetch(relay.url + address, { headers: { cookie }, redirect: 'manual' });
      await textOf(answer);
      if (answer.status !== 200) continue;
      found.set(path, address);
      break;
    }
  }
  return found;
}
