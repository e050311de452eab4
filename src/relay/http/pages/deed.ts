/** What a form does, done by the route of the API that does the same: its scope, its schemas, its row of the audit. */
import type { FollowedContext, Follower } from '../../domain/followers.ts';
import { mustHave } from '../api/callers.ts';
import type { Dispatch } from '../api/dispatch.ts';
import { type Caller, callOf, type Route } from '../api/route.ts';

export interface DeedDeps extends Dispatch {
  readonly routes: readonly Route[];
  readonly followers: readonly Follower[];
}

interface Given {
  readonly params?: object;
  readonly body?: object;
}

/**
 * Gives what the route answers.
 * @throws Fault as the route does, and `forbidden`
 */
export async function doRoute(
  name: string,
  caller: Caller,
  { params = {}, body }: Given,
  { routes, followers, store, atRest, random, time }: DeedDeps,
): Promise<unknown> {
  const route = routes.find(each => each.name === name);
  const write = route?.write;
  if (route === undefined || write === undefined)
    throw new RangeError(`no route that writes is named ${name}`);
  mustHave(caller, route.scope);
  const call = callOf(route, caller, { params, query: {}, body });
  const prepared = await route.prepare?.(call);
  const { account, token: who } = caller;
  const answer = await store.write(tx => {
    const context: FollowedContext = { tx, account, who, now: time.wall(), atRest, random, followers };
    return write(context, call, prepared);
  });
  route.after?.(call);
  return answer;
}
