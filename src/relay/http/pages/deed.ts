import type { CallRoute } from '../api/call-route.ts';
import type { AnsweringRoute, Caller, Route } from '../api/route.ts';

/** Deeds of forms are done by the route of the API that does the same: its scope, its schemas, its row of the audit. */
export interface DeedDeps {
  readonly routes: readonly Route[];
  readonly callRoute: CallRoute;
}

interface Given {
  readonly params?: object;
  readonly query?: object;
  readonly body?: object | string;
  /** As `onceOf` gives it. */
  readonly once?: string | null;
  /** The version that it was read in, as `If-Match` has it. */
  readonly match?: string | null;
}

/**
 * Gives what the route answers.
 * @throws Fault as the route does; `forbidden`, `unproved`
 */
export async function doRoute(
  name: string,
  caller: Caller,
  given: Given,
  { routes, callRoute }: DeedDeps,
): Promise<unknown> {
  const route = routes.find(each => each.name === name);
  if (route === undefined) throw new RangeError(`no route is named ${name}`);
  return await callRoute(route as AnsweringRoute<Route['answer']>, caller, given);
}
