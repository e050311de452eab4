/** A relay's web side with one driver's page, asked as a telephone asks. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { silent } from '../../../../../src/base/log.ts';
import { Secret } from '../../../../../src/base/secret.ts';
import { startServer } from '../../../../../src/relay/http/server.ts';
import { accessOf } from '../../../../../src/relay/messages/access.ts';
import { driverPages } from '../../../../../src/relay/messages/http/driver/routes.ts';
import { twilioRoute } from '../../../../../src/relay/messages/http/twilio-webhook.ts';
import { pageLink } from '../../../../../src/relay/messages/links.ts';
import { PinHasher } from '../../../../../src/relay/secrets/pins.ts';
import { type Stage, stageOn } from '../../stage.ts';

export interface Seen {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

export interface Site extends Stage {
  readonly url: string;
  link(booking: string): Promise<string>;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Seen>;
  post(
    path: string,
    form: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Seen>;
}

const authToken = new Secret('made-up');
export const httpUrl = 'https://keys.example.org';

export async function siteOn(t: TestContext, store: Parameters<typeof stageOn>[0]): Promise<Site> {
  const stage = await stageOn(store);
  const { atRest, random, time } = stage.parts;
  const parts = { store, atRest, random, time, httpUrl };
  const server = await startServer({
    ...{ host: '127.0.0.1', port: 0, trustedProxies: ['127.0.0.0/8'], isHttps: true, log: silent },
    routes: app => {
      driverPages(app, { ...parts, pins: new PinHasher(), texts: true, nudge: () => {} });
      twilioRoute(app, { ...parts, authToken });
    },
  });
  t.after(() => server.close());
  const url = `http://127.0.0.1:${server.port}`;
  let caller = 0;
  const ask = async (path: string, init: RequestInit): Promise<Seen> => {
    caller += 1;
    const headers = { 'x-forwarded-for': `192.0.2.${caller % 250}`, ...init.headers };
    const answer = await fetch(`${url}${path}`, { ...init, headers });
    return { status: answer.status, text: await answer.text(), headers: answer.headers };
  };
  return {
    ...stage,
    url,
    link: async booking => {
      const access = await accessOf(store.db, booking);
      assert.ok(access);
      return (await stage.house.act(c => pageLink(c, access, httpUrl))).slice(httpUrl.length);
    },
    get: (path, headers = {}) => ask(path, { headers }),
    post: (path, form, headers = {}) =>
      ask(path, { method: 'POST', body: new URLSearchParams(form), headers }),
  };
}
