/** One request to the API: who, may they, is it right, do it once, tell. */
import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Transaction } from 'kysely';
import type { Json } from '../../base/canonical.ts';
import type { AtRest, Time } from '../ports.ts';
import type { RelayStore } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { callerOf, mustHave } from './callers.ts';
import { streamLines } from './lines.ts';
import { type Answer, idempotencyKey, once, requestHash } from './once.ts';
import { type Call, type Caller, callOf, type Route } from './route.ts';
import { bearerOf } from './token.ts';

export interface Dispatch {
  readonly store: RelayStore;
  readonly atRest: AtRest;
  readonly time: Time;
}

export const handlerOf =
  (route: Route, parts: Dispatch) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const nowMs = Number(parts.time.wall());
    const caller = await callerOf(parts.store, bearerOf(request.headers.authorization), nowMs);
    mustHave(caller, route.scope);
    const { params, query, body } = request;
    const call = callOf(route, caller, { params, query, body });
    if (route.lines !== undefined && wantsLines(request))
      return await streamLines(reply, route.lines(parts.store.db, call));
    const answer = await answerOf(route, call, request, { ...parts, nowMs });
    reply.status(answer.status);
    return answer.status === 204
      ? reply.send()
      : reply.type('application/json').send(JSON.stringify(answer.body));
  };

const wantsLines = (request: FastifyRequest): boolean =>
  (request.headers.accept ?? '').includes('application/x-ndjson');

type Call3 = Call<unknown, unknown, unknown>;

async function answerOf(
  route: Route,
  call: Call3,
  request: FastifyRequest,
  parts: Dispatch & { readonly nowMs: number },
): Promise<Answer> {
  const { store } = parts;
  const { status, read, write } = route;
  if (read !== undefined) return { status, body: await read(store.db, call) };
  if (write === undefined) throw new RangeError(`${route.name} neither reads nor writes`);
  const { params, query, body } = request;
  const asked = {
    account: call.caller.account,
    key: idempotencyKey(request.headers['idempotency-key']),
    request: requestHash(parts.atRest, [
      route.name,
      call.caller.token,
      params as Json,
      query as Json,
      (body ?? null) as Json,
    ]),
  };
  const prepared = await route.prepare?.(call);
  return await store.write(tx =>
    once(tx, asked, parts, async () => {
      const done = await write(tx, call, prepared);
      await noteAudit(tx, route, { call, done, nowMs: parts.nowMs });
      return { status, body: done };
    }),
  );
}

/** What a token did, in the transaction that did it. Never contents: a name or a PIN may be among them. */
async function noteAudit(
  tx: Transaction<Tables>,
  route: Route,
  { call, done, nowMs }: { readonly call: Call3; readonly done: unknown; readonly nowMs: number },
): Promise<void> {
  const subject = idIn(call.params) ?? idIn(done) ?? '';
  const members = Object.keys((call.body ?? {}) as object).sort();
  const detail = members.length === 0 || typeof call.body !== 'object' ? null : members.join(' ');
  await tx
    .insertInto('audit')
    .values({
      id: randomUUID(),
      account: call.caller.account,
      at: nowMs,
      who: whoIs(call.caller),
      what: route.name,
      subject,
      detail,
    })
    .execute();
}

/** Two tokens may have one name; the first digits of the id tell them apart. */
export const whoIs = ({ name, token }: Caller): string => `${name} (${token.slice(0, 6)})`;

function idIn(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('id' in value)) return null;
  return typeof value.id === 'string' ? value.id : null;
}
