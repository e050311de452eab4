import type { Context } from '../../domain/context.ts';
import type { PageDeps } from './page-deps.ts';

/** One transaction of a page that is no route's: whoever signs in is no caller yet. */
export const inAccount = <T>(
  { store, atRest, random, time }: Pick<PageDeps, 'store' | 'atRest' | 'random' | 'time'>,
  { account, who }: Pick<Context, 'account' | 'who'>,
  work: (context: Context) => Promise<T>,
): Promise<T> => store.write(tx => work({ tx, atRest, random, account, who, now: time.wall() }));
