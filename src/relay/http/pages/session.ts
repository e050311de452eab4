/** The cookie of a browser that is signed in: a secret that no script and no other site can use, and that is no token of the API. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sessionMostMs } from '../../domain/sessions.ts';
import { type SignedIn, signedInBy } from '../api/session-callers.ts';
import type { PageDeps } from './page-deps.ts';

const name = 'smartbox_admin';

function secretOf(request: FastifyRequest): string | null {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [key, value = ''] = part.trim().split('=', 2);
    if (key === name && value !== '') return value;
  }
  return null;
}

type Deps = Pick<PageDeps, 'store' | 'time'>;

/** Null: this browser is not signed in any more, or never was. */
export async function signedInNow(request: FastifyRequest, { store, time }: Deps): Promise<SignedIn | null> {
  const secret = secretOf(request);
  return secret === null ? null : await signedInBy(store, secret, time.wall());
}

const looks = new WeakMap<FastifyRequest, Promise<SignedIn | null>>();

/** The same, found once for a request that only looks: its limits ask for it, and then its page. */
export function signedIn(request: FastifyRequest, deps: Deps): Promise<SignedIn | null> {
  const found = looks.get(request) ?? signedInNow(request, deps);
  if (request.method === 'GET') looks.set(request, found);
  return found;
}

const cookie = (value: string, maxAgeS: number, { httpUrl }: PageDeps): string =>
  `${name}=${value}; Path=/admin; Max-Age=${maxAgeS}; HttpOnly; SameSite=Strict${httpUrl.startsWith('https:') ? '; Secure' : ''}`;

export const letIn = (reply: FastifyReply, secret: string, deps: PageDeps): FastifyReply =>
  reply.header('set-cookie', cookie(secret, sessionMostMs / 1_000, deps));

export const forget = (reply: FastifyReply, deps: PageDeps): FastifyReply =>
  reply.header('set-cookie', cookie('', 0, deps));
