/** Who looks at the pages, and by which clock: the one place that knows how somebody is signed in. */
import type { FastifyRequest } from 'fastify';
import type { TimeZone } from '../../../base/time-zone.ts';
import { accountZone } from '../../domain/box-names.ts';
import { type Dispatch, readingOf } from '../api/call-route.ts';
import type { Caller, ReadContext } from '../api/route.ts';
import { languageOf, type PageTexts, textsOf } from './frame/texts/languages.ts';
import type { Viewer } from './frame/viewer.ts';
import type { Clock } from './frame/when.ts';
import { signedIn } from './session.ts';

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
  const found = await signedIn(request, deps);
  if (found === null) return null;
  const { caller } = found;
  const context = readingOf(deps, caller);
  // A token speaks no language: then the browser's is asked for.
  const language = found.language ?? languageOf(request.headers['accept-language']);
  const clocks = new Map<TimeZone, Clock>();
  const clockAt = (zone: TimeZone): Clock => {
    const clock = clocks.get(zone) ?? { now: context.now, zone, language };
    clocks.set(zone, clock);
    return clock;
  };
  return {
    viewer: { name: caller.name, language, scopes: caller.scopes },
    ...{ caller, context, texts: textsOf(language) },
    ...{ clock: clockAt(await accountZone(context)), clockAt },
  };
}
