/** One request to the API: who, may they, and the answer as HTTP has it. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Json } from '../../../base/canonical.ts';
import { Fault } from '../../../base/fault.ts';
import type { Limits } from '../limits.ts';
import { TooMany } from '../server.ts';
import { answerOf, type CallDeps, checkedCall, readingOf } from './call-route.ts';
import { callerOf, mustHave } from './callers.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { type Caller, isVersioned, type Route } from './route.ts';
import { streamLines } from './stream-lines.ts';
import { bearerOf } from './token.ts';
import { tagOf, versionIn } from './version.ts';

export interface ApiDeps extends CallDeps {
  /** Requests of each token. */
  readonly requests: Limits;
}

const callers = new WeakMap<FastifyRequest, Caller>();

/** Asked before a body is read: whoever may not, or not yet, does not have the relay take in a megabyte first. */
export const admissionOf =
  (route: Route, deps: ApiDeps) =>
  async (request: FastifyRequest): Promise<void> => {
    const caller = await callerOf(deps.store, bearerOf(request.headers.authorization), deps.time.wall());
    const waitMs = deps.requests.take(caller.who);
    if (waitMs > 0) throw new TooMany(waitMs);
    mustHave(caller, route.scope);
    callers.set(request, caller);
  };

export const handlerOf =
  (route: Route, deps: ApiDeps) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const caller = callers.get(request);
    if (caller === undefined) throw new RangeError(`${route.name} is served without its admission`);
    const { params, query, body } = request;
    // A page's form: its fields would be told to be no members, one by one.
    if (body instanceof URLSearchParams)
      throw new Fault('media-type', 'the body is a form', `Send ${route.takes ?? 'application/json'}.`);
    const call = checkedCall(route, caller, { params, query, body }, deps.time.wall());
    if (route.lines !== undefined && wantsLines(request))
      return await streamLines(reply, route.lines(readingOf(deps, caller), call));
    const isOnce = route.write !== undefined && route.method !== 'GET';
    const key = isOnce ? idempotencyKey(request.headers['idempotency-key']) : null;
    const parts = [params, query, body ?? null] as readonly Json[];
    const match = request.headers['if-match'] ?? null;
    const answer = await answerOf(route, call, deps, key === null ? null : { key, parts }, match);
    reply.status(answer.status);
    if (isVersioned(route)) reply.header('etag', tagOf(versionIn(route, JSON.parse(answer.body))));
    return answer.status === 204 ? reply.send() : reply.type('application/json').send(answer.body);
  };

const wantsLines = (request: FastifyRequest): boolean =>
  (request.headers.accept ?? '').includes('application/x-ndjson');
