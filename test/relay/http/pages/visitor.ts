/** A browser at the pages, which are served in the test's own process, on a clock that it moves. */
import { fastify } from 'fastify';
import { mono, wall } from '../../../../src/base/brand.ts';
import { Secret } from '../../../../src/base/secret.ts';
import { createPerson } from '../../../../src/relay/domain/account-people.ts';
import { firstAccount } from '../../../../src/relay/domain/accounts.ts';
import { routeCalls } from '../../../../src/relay/http/api/call-route.ts';
import { peopleRoutes } from '../../../../src/relay/http/api/routes/people.ts';
import { adminPages } from '../../../../src/relay/http/pages/admin.ts';
import type { PageDeps } from '../../../../src/relay/http/pages/page-deps.ts';
import { PasswordHasher } from '../../../../src/relay/secrets/passwords.ts';
import { type House, houseOn } from '../../domain/house.ts';
import type { StoreSource } from '../../stores.ts';

export const minuteMs = 60_000;
export const password = 'seven brown vans';
export const ada = { name: 'Ada', email: 'ada@example.org', role: 'administrator', language: 'en' } as const;

/** A browser at pages that are served in this process. */
export interface Visitor {
  readonly house: House;
  readonly setCookie: () => string;
  get(url: string): Promise<{ readonly status: number; readonly location: string; readonly text: string }>;
  post(
    url: string,
    fields?: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly location: string; readonly text: string }>;
}

export async function visitor(source: StoreSource, httpUrl = 'http://relay.example'): Promise<Visitor> {
  const house = await houseOn(await source.fresh());
  const time = {
    wall: () => wall(house.nowMs),
    mono: () => mono(house.nowMs),
    at: () => () => {},
  };
  const passwords = new PasswordHasher();
  const links = { pagesUrl: () => httpUrl, mail: null };
  const shared = { store: house.store, atRest: house.atRest, random: house.random, time };
  const callRoute = routeCalls({ ...shared, followers: [] });
  const deps: PageDeps = {
    ...shared,
    httpUrl,
    passwords,
    links,
    people: peopleRoutes(links),
    callRoute,
    routes: [],
  };
  const hash = await passwords.hash(firstAccount, new Secret(password), []);
  await house.act(c => createPerson(c, ada, hash));
  const app = fastify();
  adminPages(app, deps);
  let cookie = '';
  let set = '';
  const ask = async (method: 'GET' | 'POST', url: string, fields: Readonly<Record<string, string>> = {}) => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await app.inject({
      ...{ method, url, headers: { ...(method === 'POST' ? form : {}), cookie } },
      ...(method === 'POST' ? { payload: new URLSearchParams(fields).toString() } : {}),
    });
    const given = answer.headers['set-cookie'];
    if (typeof given === 'string') [set, cookie] = [given, given.split(';')[0] ?? ''];
    return { status: answer.statusCode, location: String(answer.headers.location ?? ''), text: answer.body };
  };
  return {
    house,
    setCookie: () => set,
    get: url => ask('GET', url),
    post: (url, fields) => ask('POST', url, fields),
  };
}

export const signIn = (at: Visitor) => at.post('/admin/sign-in', { email: ada.email, password });
