/** Who looks at the pages, and by which clock: the one place that knows how somebody is signed in. */
import type { FastifyRequest } from 'fastify';
import { Fault } from '../../../base/fault.ts';
import type { TimeZone } from '../../../base/time-zone.ts';
import { accountZone } from '../../domain/box-names.ts';
import { callerOf } from '../api/callers.ts';
import type { Dispatch } from '../api/dispatch.ts';
import type { Caller, ReadContext } from '../api/route.ts';
import type { BearerToken } from '../api/token.ts';
import { languageOf, type PageTexts, textsOf } from './frame/texts/languages.ts';
import type { Viewer } from './frame/viewer.ts';
import type { Clock } from './frame/when.ts';
import { sessionOf } from './session.ts';

/** One look at a page by somebody who is signed in. */
export interface Visit {
  readonly viewer: Viewer;
  readonly caller: Caller;
  readonly context: ReadContext;
  readonly texts: PageTexts;
  /** By the clock of the account. */
  readonly clock: Clock;
  /** By the clock of another place. */
  readonly clockAt: (zone: TimeZone) => Clock;
}

/** Null: nobody is signed in. */
export async function visitOf(request: FastifyRequest, deps: Dispatch): Promise<Visit | null> {
  const token = sessionOf(request);
  const caller = token === null ? null : await callerOrNull(token, deps);
  if (caller === null) return null;
  const context = contextOf(caller, deps);
  const language = languageOf(request.headers['accept-language']);
  const clockAt = (zone: TimeZone): Clock => ({ now: context.now, zone, language });
  return {
    viewer: { name: caller.name, language, scopes: caller.scopes },
    ...{ caller, context, texts: textsOf(language) },
    ...{ clock: clockAt(await accountZone(context)), clockAt },
  };
}

/** Null: there is no such token, or it was revoked. */
export async function callerOrNull(token: BearerToken, { store, time }: Dispatch): Promise<Caller | null> {
  try {
    return await callerOf(store, token, time.wall());
  } catch (error) {
    if (error instanceof Fault && error.code === 'unauthorised') return null;
    throw error;
  }
}

const contextOf = (caller: Caller, { store, atRest, random, time }: Dispatch): ReadContext => ({
  tx: store.db,
  account: caller.account,
  who: caller.token,
  now: time.wall(),
  atRest,
  random,
});
