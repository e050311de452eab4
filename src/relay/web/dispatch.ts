/** One request to the API: who, may they, is it right, do it once, tell. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Transaction } from 'kysely';
import { canonical, type Json } from '../../base/canonical.ts';
import type { Context, Kit } from '../domain/context.ts';
import { type Answer, once } from '../domain/idempotency.ts';
import type { Time } from '../ports.ts';
import type { RelayStore } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { callerOf, mustHave } from './callers.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { streamLines } from './lines.ts';
import { type Call, callOf, type ReadContext, type Route } from './route.ts';
import { bearerOf } from './token.ts';

export interface Dispatch extends Kit {
  readonly store: RelayStore;
  readonly time: Time;
}

export const handlerOf =
  (route: Route, parts: Dispatch) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const now = parts.time.wall();
    const caller = await callerOf(parts.store, bearerOf(request.headers.authorization), now);
    mustHave(caller, route.scope);
    const { params, query, body } = request;
    const call = callOf(route, caller, { params, query, body });
    const { account, token: who } = caller;
    const { atRest, random, store } = parts;
    const house = { account, who, now, atRest, random };
    const reading: ReadContext = { ...house, tx: store.db };
    if (route.lines !== undefined && wantsLines(request))
      return await streamLines(reply, route.lines(reading, call));
    const contextOf = (tx: Transaction<Tables>): Context => ({ ...house, tx });
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
  readonly contextOf: (tx: Transaction<Tables>) => Context;
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
  { atRest, who }: Context,
  { name }: Route,
  { params, query, body }: FastifyRequest,
): string {
  const parts = [name, who, params, query, body ?? null] as readonly Json[];
  return atRest.hash('request', canonical(parts));
}
