/** A route of the API as data: what answers it, what guards it, what documents it are all read from here. */

import type { Kysely } from 'kysely';
import * as v from 'valibot';
import { readAs } from '../../../wire/reading.ts';
import type { Context } from '../../domain/context.ts';
import type { FollowedContext } from '../../domain/followers.ts';
import type { Tables } from '../../store/tables.ts';
import { BadInput } from './api-error.ts';
import type { Scope } from './scopes.ts';

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/** Who asks: a token of an account, or a person who has signed in. */
export interface Caller {
  readonly account: string;
  /** Id of the person or the token: as the audit has it. */
  readonly who: string;
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
  /** Null: it is a token. */
  readonly person: string | null;
  /** When whoever has this session last gave the password; null: each request proves itself, as by a token. */
  readonly provedMs: number | null;
}

type Schema = v.GenericSchema;
type Out<S> = S extends Schema ? v.InferOutput<S> : undefined;

/** The context of a route that only reads, which needs no transaction. */
export interface ReadContext extends Omit<Context, 'tx'> {
  readonly tx: Kysely<Tables>;
}

/** The arguments of a handler; every part has passed its schema. */
export interface Call<P, Q, B> {
  readonly caller: Caller;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
}

interface Shape<P extends Schema, Q extends Schema, B extends Schema | null, A extends Schema | null> {
  readonly method: Method;
  /** Below `/api/v1`, parameters as `:name`. */
  readonly path: string;
  /** `operationId`: one word for programs that generate clients. */
  readonly name: string;
  readonly summary: string;
  readonly scope: Scope;
  /** In a browser the password is asked for again where it was last given some time ago. */
  readonly isSensitive?: boolean;
  /** A person does this to themselves without the scope: `params.id` is who it is done to. */
  readonly isOpenToSelf?: boolean;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** Media type of the body where it is no JSON. */
  readonly takes?: string;
  readonly status: 200 | 201 | 202 | 204;
  readonly answer: A;
  /** Members of the answer that its version is of, where others change by themselves; all where absent. */
  readonly versionMembers?: readonly string[];
  /** Codes of refusals beyond those that every route has. */
  readonly faults?: readonly string[];
}

type Answered<A> = A extends Schema ? v.InferInput<A> : null;

interface Reads<P extends Schema, Q extends Schema, B extends Schema | null, A extends Schema | null>
  extends Shape<P, Q, B, A> {
  readonly read: (context: ReadContext, call: Call<Out<P>, Out<Q>, Out<B>>) => Promise<Answered<A>>;
  /** Its answers have an `ETag`, which a route that has `current` takes as `If-Match`. */
  readonly isVersioned?: boolean;
  /** Also as lines of text, to the end of the list, for whoever accepts `application/x-ndjson`. */
  readonly lines?: (context: ReadContext, call: Call<Out<P>, Out<Q>, Out<B>>) => AsyncIterable<string>;
}

interface Writes<
  P extends Schema,
  Q extends Schema,
  B extends Schema | null,
  A extends Schema | null,
  Prepared,
> extends Shape<P, Q, B, A> {
  /** As its `GET` answers now: `If-Match` is held against it, in the transaction of the change. The answer has the next `ETag`. */
  readonly current?: (context: ReadContext, call: Call<Out<P>, Out<Q>, Out<B>>) => Promise<Answered<A>>;
  /** Work that takes long and needs no transaction: a PIN's slow hash. */
  readonly prepare?: (call: Call<Out<P>, Out<Q>, Out<B>>) => Promise<Prepared>;
  readonly write: (
    context: FollowedContext,
    call: Call<Out<P>, Out<Q>, Out<B>>,
    prepared: Prepared,
  ) => Promise<Answered<A>>;
  /** Once that is committed. */
  readonly after?: (call: Call<Out<P>, Out<Q>, Out<B>>) => void;
}

/** A route with its types forgotten. */
export interface Route extends Shape<Schema, Schema, Schema | null, Schema | null> {
  readonly read?: (context: ReadContext, call: Call<unknown, unknown, unknown>) => Promise<unknown>;
  readonly isVersioned?: boolean;
  readonly lines?: (context: ReadContext, call: Call<unknown, unknown, unknown>) => AsyncIterable<string>;
  readonly current?: (context: ReadContext, call: Call<unknown, unknown, unknown>) => Promise<unknown>;
  readonly prepare?: (call: Call<unknown, unknown, unknown>) => Promise<unknown>;
  readonly write?: (
    context: FollowedContext,
    call: Call<unknown, unknown, unknown>,
    prepared: unknown,
  ) => Promise<unknown>;
  readonly after?: (call: Call<unknown, unknown, unknown>) => void;
}

/** A route of which it is still known what it answers. */
export interface AnsweringRoute<A extends Schema | null> extends Route {
  readonly answer: A;
}

/** The answer as whoever asked reads it. */
export type AnswerOf<A> = A extends Schema ? v.InferOutput<A> : null;

export const reads = <
  A extends Schema | null,
  P extends Schema = v.StrictObjectSchema<Record<never, never>, undefined>,
  Q extends Schema = v.StrictObjectSchema<Record<never, never>, undefined>,
>(
  route: Reads<P, Q, null, A>,
): AnsweringRoute<A> => route as unknown as AnsweringRoute<A>;

export const writes = <
  A extends Schema | null,
  P extends Schema = v.StrictObjectSchema<Record<never, never>, undefined>,
  Q extends Schema = v.StrictObjectSchema<Record<never, never>, undefined>,
  B extends Schema | null = null,
  Prepared = undefined,
>(
  route: Writes<P, Q, B, A, Prepared>,
): AnsweringRoute<A> => route as unknown as AnsweringRoute<A>;

export const isVersioned = ({ isVersioned: isRead, current }: Route): boolean =>
  isRead === true || current !== undefined;

const none = v.strictObject({});
/** Wrong members that are told one by one. */
const errorsMax = 20;

/** @throws BadInput naming everything that is wrong, never the value itself: it may be a secret */
export function callOf(
  route: Route,
  caller: Caller,
  raw: { readonly params: unknown; readonly query: unknown; readonly body: unknown },
): Call<unknown, unknown, unknown> {
  const errors: { path: string; message: string }[] = [];
  const check = (schema: Schema, value: unknown, prefix: string): unknown => {
    const parsed = readAs(schema, value);
    if (parsed.success) return parsed.output;
    for (const issue of parsed.issues.slice(0, errorsMax)) errors.push(said(issue, prefix));
    return undefined;
  };
  const params = check(route.params ?? none, { ...(raw.params as object) }, 'path');
  const query = check(route.query ?? none, { ...(raw.query as object) }, 'query');
  // Without a body each member that is wanted is told to be missing, and one that wants none is content.
  const body = route.body ? check(route.body, raw.body === undefined ? {} : raw.body, '') : undefined;
  if (errors.length > 0) throw new BadInput(errors.slice(0, errorsMax));
  return { caller, params, query, body };
}

function said(issue: v.BaseIssue<unknown>, prefix: string): { path: string; message: string } {
  const path = [prefix, v.getDotPath(issue) ?? ''].filter(part => part !== '').join('.');
  if (issue.expected === 'never') return { path: path.slice(0, 200), message: 'is not known here' };
  if (issue.received === 'undefined' && issue.kind === 'schema') return { path, message: 'is missing' };
  const length = lengthSaid(issue);
  if (length !== null) return { path: path.slice(0, 200), message: length };
  const own = issue.kind === 'validation' && !issue.message.startsWith('Invalid ') ? issue.message : null;
  return { path: path.slice(0, 200), message: own ?? `must be ${issue.expected ?? 'something else'}` };
}

/** In words, where a text or a list is too long or too short. */
function lengthSaid({ type, requirement, input }: v.BaseIssue<unknown>): string | null {
  const unit = typeof input === 'string' ? 'characters' : 'entries';
  if (type === 'max_length') return `must have at most ${requirement} ${unit}`;
  return type === 'min_length' ? `must have at least ${requirement} ${unit}` : null;
}
