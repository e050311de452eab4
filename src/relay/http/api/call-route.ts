/** The one way in which a route is called, by a request to the API and by a page alike: right, may they, do it once, tell. */
import type { Transaction } from 'kysely';
import type { GenericSchema } from 'valibot';
import { canonical, type Json } from '../../../base/canonical.ts';
import { Fault } from '../../../base/fault.ts';
import type { Time } from '../../../base/time.ts';
import type { DomainDeps } from '../../domain/context.ts';
import type { FollowedContext, Follower } from '../../domain/followers.ts';
import { type Answer, once } from '../../domain/idempotency.ts';
import type { RelayStore } from '../../store/store.ts';
import type { Tables } from '../../store/tables.ts';
import { mustHave } from './callers.ts';
import {
  type AnsweringRoute,
  type AnswerOf,
  type Call,
  type Caller,
  callOf,
  type ReadContext,
  type Route,
} from './route.ts';
import { mustMatch, versionIn } from './version.ts';

export interface Dispatch extends DomainDeps {
  readonly store: RelayStore;
  readonly time: Time;
}

export interface CallDeps extends Dispatch {
  readonly followers: readonly Follower[];
}

interface RawCall {
  readonly params?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
  /** Of a form that may be sent twice: with the same word it is done once. */
  readonly once?: string | null;
  /** The version that it was read in, as `If-Match` has it. */
  readonly match?: string | null;
}

/** As a page calls a route; what it answers is as whoever asks the API reads it. */
export type CallRoute = <A extends GenericSchema | null>(
  route: AnsweringRoute<A>,
  caller: Caller,
  raw: RawCall,
) => Promise<AnswerOf<A>>;

export const routeCalls =
  (deps: CallDeps): CallRoute =>
  async (route, caller, raw) => {
    const call = checkedCall(route, caller, raw, deps.time.wall());
    const { params = {}, body: given = null, once: key = null, match = null } = raw;
    const parts = [params, given] as readonly Json[];
    const { body } = await answerOf(route, call, deps, key === null ? null : { key, parts }, match);
    return JSON.parse(body);
  };

/** How old a proof may be where something sensitive is done. */
const proofLifeMs = 600_000;

/**
 * Whether the session's password has to be asked for before that route is called.
 * @throws Fault `unproved`
 */
export function mustBeProved(
  { isSensitive }: Pick<Route, 'isSensitive'>,
  { provedMs }: Caller,
  nowMs: number,
): void {
  if (isSensitive !== true || provedMs === null || nowMs < provedMs + proofLifeMs) return;
  throw new Fault(
    'unproved',
    'the password was last given some time ago',
    'Give it once more at /admin/prove.',
  );
}

/** @throws BadInput; Fault `forbidden`, `unproved` */
export function checkedCall(
  route: Route,
  caller: Caller,
  { params = {}, query = {}, body }: RawCall,
  nowMs: number,
): Call<unknown, unknown, unknown> {
  const call = callOf(route, caller, { params, query, body });
  if (!isOfSelf(route, call)) mustHave(caller, route.scope);
  mustBeProved(route, caller, nowMs);
  return call;
}

const isOfSelf = ({ isOpenToSelf }: Route, { caller, params }: Call<unknown, unknown, unknown>): boolean =>
  isOpenToSelf === true &&
  caller.person !== null &&
  (params as { readonly id?: unknown }).id === caller.person;

export const readingOf = ({ store, atRest, random, time }: Dispatch, caller: Caller): ReadContext => ({
  ...{ tx: store.db, atRest, random, now: time.wall() },
  ...{ account: caller.account, who: caller.who },
});

/** An `Idempotency-Key`, and everything by which a request is the same as another. */
interface Once {
  readonly key: string;
  readonly parts: readonly Json[];
}

/** Once the call was checked: in one transaction with its audit, and where a key is given only once. */
export async function answerOf(
  route: Route,
  call: Call<unknown, unknown, unknown>,
  deps: CallDeps,
  asked: Once | null,
  match: string | null,
): Promise<Answer> {
  const { status, read, write, current } = route;
  const said = (value: unknown): Answer => ({ status, body: JSON.stringify(value) });
  const reading = readingOf(deps, call.caller);
  if (read !== undefined) return said(await read(reading, call));
  if (write === undefined) throw new RangeError(`${route.name} neither reads nor writes`);
  const prepared = await route.prepare?.(call);
  const answer = await deps.store.write(tx => {
    const context: FollowedContext = { ...reading, followers: deps.followers, tx };
    const work = async (): Promise<Answer> => {
      if (match !== null && current !== undefined)
        mustMatch(match, versionIn(route, await current(context, call)));
      return said(await write(context, call, prepared));
    };
    return asked === null
      ? work()
      : once(context, { key: asked.key, request: requestHash(context, route, asked) }, work);
  });
  route.after?.(call);
  return answer;
}

/** Keyed: a request may hold a PIN, and whoever sees a plain hash could try them all. */
const requestHash = (
  { atRest, who }: Pick<FollowedContext, 'atRest' | 'who'> & { readonly tx: Transaction<Tables> },
  { name }: Route,
  { parts }: Once,
): string => atRest.hash('request', canonical([name, who, ...parts] as readonly Json[]));
