/**
 * The pages of administrators on a store of their own, with a clock that stands and things to show: for tests in a browser, and for
 * pictures. No box, no broker.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { mono, wall } from '../../src/base/brand.ts';
import { silent } from '../../src/base/log.ts';
import { Secret } from '../../src/base/secret.ts';
import type { Time } from '../../src/base/time.ts';
import { apiRoutes } from '../../src/relay/app/api-routes.ts';
import { followers } from '../../src/relay/app/followers.ts';
import { ensureFirstAccount, firstAccount } from '../../src/relay/domain/accounts.ts';
import type { FollowedContext } from '../../src/relay/domain/followers.ts';
import { newSession } from '../../src/relay/domain/sessions.ts';
import { type Dispatch, routeCalls } from '../../src/relay/http/api/call-route.ts';
import { peopleRoutes } from '../../src/relay/http/api/routes/people.ts';
import { readScopes } from '../../src/relay/http/api/scopes.ts';
import { readToken } from '../../src/relay/http/api/token.ts';
import { createToken } from '../../src/relay/http/api/tokens.ts';
import { adminPages } from '../../src/relay/http/pages/admin.ts';
import { fragments } from '../../src/relay/http/pages/fragments.ts';
import { framedDeeds, framedPages } from '../../src/relay/http/pages/framed.ts';
import { sendHtml } from '../../src/relay/http/pages/send-html.ts';
import { startServer } from '../../src/relay/http/server.ts';
import { Fleetio } from '../../src/relay/integrations/fleetio/fleetio.ts';
import { type PageParts, pageParts } from '../../src/relay/integrations/fleetio/http/pages/page-parts.ts';
import { integrationPages } from '../../src/relay/integrations/fleetio/http/pages/pages.ts';
import { webhookPages } from '../../src/relay/integrations/webhooks/http/pages/webhook-pages.ts';
import { webhookRoutes } from '../../src/relay/integrations/webhooks/http/webhook-routes.ts';
import { driverPages } from '../../src/relay/messages/http/driver/routes.ts';
import { openAtRest } from '../../src/relay/secrets/at-rest.ts';
import { PasswordHasher } from '../../src/relay/secrets/passwords.ts';
import { PinHasher } from '../../src/relay/secrets/pins.ts';
import { openSqliteStore } from '../../src/relay/store/sqlite.ts';
import type { RelayStore } from '../../src/relay/store/store.ts';
import { nowMs } from './page-clock.ts';
import { type Fixture, fill } from './page-fixture.ts';
import { personCookie } from './page-person.ts';
import { pieces } from './page-pieces.ts';
import { Prng } from './prng.ts';

/** It stands: a page shows the same whenever it is asked for. */
const time: Time = { mono: () => mono(0), wall: () => wall(nowMs), at: () => () => {} };

interface ServedRoute {
  readonly method: string;
  /** With parameters as `:name`. */
  readonly path: string;
}

export interface PageRelay {
  readonly url: string;
  readonly store: RelayStore;
  /** All that administrators are served. */
  readonly served: readonly ServedRoute[];
  /** Of a token with these scopes (words as on the command line), or of a person (page-person.ts), as a `Cookie` header has it. */
  cookie(scopes: string): Promise<string>;
  /** A token with these scopes. */
  token(scopes: string): Promise<string>;
  /** A use case, in a transaction of the account. */
  act<T>(work: (context: FollowedContext) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

function noteRoutes(app: FastifyInstance, served: ServedRoute[]): void {
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) served.push({ method: one, path: url });
  });
}

/** It reads nothing: what it shows stands in the store. */
const fleetioRoom = (kit: Dispatch): Fleetio =>
  new Fleetio({
    ...{ ...kit, log: silent, chance: () => 0.5, allowLoopback: true },
    webhookUrl: () => 'https://relay.example/webhooks/fleetio',
  });

function roomPages(app: FastifyInstance, kit: Dispatch, parts: PageParts): void {
  const { pages, deeds, pieces: asked } = integrationPages(parts);
  const webhooks = webhookPages({ callRoute: parts.callRoute, routes: webhookRoutes(true) });
  framedPages(app, kit, [...pages, ...webhooks.pages]);
  framedDeeds(app, kit, [...deeds, ...webhooks.deeds]);
  fragments(app, kit, asked);
}

function piecePages(app: FastifyInstance): void {
  app.get<{ Params: { readonly name: string } }>('/admin/_/pieces/:name', (request, reply) =>
    sendHtml(reply, pieces[request.params.name]?.(request.headers['accept-language'] ?? 'en') ?? ''),
  );
}

/** Parts of the API's routes that no page here comes to. */
const unused = {
  nudge: () => {},
  retired: () => {},
  ceilings: { perDay: 20_000, perPhoneDay: 50 },
  allowLoopback: true,
};

const httpUrl = 'http://127.0.0.1';
const links = { pagesUrl: () => httpUrl, mail: null };

export async function startPages(fixture: Fixture): Promise<PageRelay> {
  const folder = mkdtempSync(join(tmpdir(), 'smartbox-pages-'));
  const store = await openSqliteStore({ file: join(folder, 'relay.db'), log: silent });
  const prng = new Prng(7);
  const random = (bytes: number) => Uint8Array.from({ length: bytes }, () => prng.int(0, 255));
  const atRest = await openAtRest(new Secret(createHash('sha256').update('pages').digest('hex')));
  await store.write(tx => ensureFirstAccount(tx, nowMs));
  const act: PageRelay['act'] = work =>
    store.write(tx =>
      work({ tx, account: firstAccount, atRest, random, followers, who: 'rig', now: wall(nowMs) }),
    );
  await act(context => fill(context, fixture));
  const people = peopleRoutes(links);
  const kit = { store, time, atRest, random };
  const fleetio = fleetioRoom(kit);
  const routes = apiRoutes({ ...unused, fleetio, pins: new PinHasher(), people });
  const callRoute = routeCalls({ ...kit, followers });
  const served: ServedRoute[] = [];
  const server = await startServer({
    ...{ host: '127.0.0.1', port: 0, trustedProxies: [], isHttps: false, log: silent },
    routes: app => {
      driverPages(app, { ...kit, pins: new PinHasher(), httpUrl, texts: true, nudge: () => {} });
      noteRoutes(app, served);
      const passwords = new PasswordHasher();
      adminPages(app, { ...kit, routes, callRoute, httpUrl, passwords, people, links });
      roomPages(app, kit, pageParts(fleetio, callRoute));
      piecePages(app);
    },
  });
  const token = (words: string): Promise<string> => {
    const wanted = { account: firstAccount, name: 'Ada Moreno', scopes: readScopes([words]).scopes };
    return store.write(tx => createToken(tx, wanted, { random, nowMs, who: 'rig' }));
  };
  return {
    ...{ url: `${httpUrl}:${server.port}`, store, act, served },
    token,
    cookie: async words => {
      if (words.startsWith('person')) return await personCookie(act, words);
      const made = await token(words);
      const session = { person: null, token: readToken(made)?.id ?? '', agent: 'a browser' };
      return `smartbox_admin=${await act(context => newSession(context, session))}`;
    },
    close: async () => {
      await server.close();
      await fleetio.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
