/** One request to the API: who, may they, is it right, do it once, tell. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Transaction } from 'kysely';
import { canonical, type Json } from '../../../base/canonical.ts';
import { Fault } from '../../../base/fault.ts';
import type { DomainDeps } from '../../domain/context.ts';
import type { FollowedContext, Follower } from '../../domain/followers.ts';
import { type Answer, once } from '../../domain/idempotency.ts';
import type { Time } from '../../ports.ts';
import type { RelayStore } from '../../store/store.ts';
import type { Tables } from '../../store/tables.ts';
import type { Limits } from '../limits.ts';
import { TooMany } from '../server.ts';
import { callerOf, mustHave } from './callers.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { type Call, type Caller, callOf, type ReadContext, type Route } from './route.ts';
import { streamLines } from './stream-lines.ts';
import { bearerOf } from './token.ts';

export interface Dispatch extends DomainDeps {
  readonly store: RelayStore;
  readonly time: Time;
}

export interface ApiDeps extends Dispatch {
  readonly followers: readonly Follower[];
  /** Requests of each token. */
  readonly requests: Limits;
}

const callers = new WeakMap<FastifyRequest, Caller>();

/** Asked before a body is read: whoever may not, or not yet, does not have the relay take in a megabyte first. */
export const admissionOf =
  (route: Route, deps: ApiDeps) =>
  async (request: FastifyRequest): Promise<void> => {
    const caller = await callerOf(deps.store, bearerOf(request.headers.authorization), deps.time.wall());
    const waitMs = deps.requests.take(caller.token);
    if (waitMs > 0) throw new TooMany(waitMs);
    mustHave(caller, route.scope);
    callers.set(request, caller);
  };

export const handlerOf =
  (route: Route, deps: ApiDeps) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const now = deps.time.wall();
    const caller = callers.get(request);
    if (caller === undefined) throw new RangeError(`${route.name} is served without its admission`);
    const { params, query, body } = request;
    // A page's form: its fields would be told to be no members, one by one.
    if (body instanceof URLSearchParams)
      throw new Fault('media-type', 'the body is a form', `Send ${route.takes ?? 'application/json'}.`);
    const call = callOf(route, caller, { params, query, body });
    const { account, token: who } = caller;
    const { atRest, random, followers, store } = deps;
    const house = { account, who, now, atRest, random };
    const reading: ReadContext = { ...house, tx: store.db };
    if (route.lines !== undefined && wantsLines(request))
      return await streamLines(reply, route.lines(reading, call));
    const contextOf = (tx: Transaction<Tables>): FollowedContext => ({ ...house, followers, tx });
    const answer = await answerOf(route, call, { request, store, reading, contextOf });
    reply.status(answer.status);
    return answer.status === 204 ? reply.send() : reply.type('application/json').send(answer.body);
  };

const wantsLines = (request: FastifyRequest): boolean =>
  (request.headers.accept ?? '').includes('application/x-ndjson');

interface Work {
  readonly request: FastifyRequest;
  readonly store: RelayStore;
  readonly reading: ReadContext;
  readonly contextOf: (tx: Transaction<Tables>) => FollowedContext;
}

async function answerOf(
  route: Route,
  call: Call<unknown, unknown, unknown>,
  { request, store, reading, contextOf }: Work,
): Promise<Answer> {
  const { status, read, write } = route;
  const said = (value: unknown): Answer => ({ status, body: JSON.stringify(value) });
  if (read !== undefined) return said(await read(reading, call));
  if (write === undefined) throw new RangeError(`${route.name} neither reads nor writes`);
  const key = route.method === 'GET' ? null : idempotencyKey(request.headers['idempotency-key']);
  const prepared = await route.prepare?.(call);
  const answer = await store.write(tx => {
    const context = contextOf(tx);
    const work = async (): Promise<Answer> => said(await write(context, call, prepared));
    return key === null
      ? work()
      : once(context, { key, request: requestHash(context, route, request) }, work);
  });
  route.after?.(call);
  return answer;
}

/** Keyed: a request may hold a PIN, and whoever sees a plain hash could try them all. */
function requestHash(
  { atRest, who }: FollowedContext,
  { name }: Route,
  { params, query, body }: FastifyRequest,
): string {
  const parts = [name, who, params, query, body ?? null] as readonly Json[];
  return atRest.hash('request', canonical(parts));
}
