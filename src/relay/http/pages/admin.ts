/** `/admin`: boxes, bookings and problems of an account, for whoever is signed in; and who that is. */
import type { FastifyInstance } from 'fastify';
import { readingOf } from '../api/call-route.ts';
import { SignInTries } from '../sign-in-tries.ts';
import { choosePasswordPages } from './choose-password.ts';
import { firstPages } from './first.ts';
import { takeForms } from './form.ts';
import { lostPasswordPages } from './lost-password.ts';
import { overview } from './overview.ts';
import { ownSessionPages } from './own-sessions.ts';
import type { PageDeps } from './page-deps.ts';
import { peoplePages } from './people-pages.ts';
import { provePages } from './prove.ts';
import { signInPages } from './sign-in.ts';
import { sendVisit, visited } from './signed-in-page.ts';

export function adminPages(app: FastifyInstance, deps: PageDeps): void {
  takeForms(app);
  const tries = new SignInTries(() => Number(deps.time.mono()));
  app.get(
    '/admin',
    visited(deps, async visit => {
      const { caller, words } = visit;
      return sendVisit(visit, words.nav.overview, await overview(readingOf(deps, caller), caller.scopes));
    }),
  );
  firstPages(app, deps);
  signInPages(app, deps, tries);
  choosePasswordPages(app, deps);
  lostPasswordPages(app, deps);
  provePages(app, deps, tries);
  ownSessionPages(app, deps);
  peoplePages(app, deps);
}
