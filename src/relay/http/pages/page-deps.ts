import type { PasswordHasher } from '../../secrets/passwords.ts';
import type { CallRoute, Dispatch } from '../api/call-route.ts';
import type { PeopleDeps, PeopleRoutes } from '../api/routes/people.ts';

/** Everything that the pages of administrators are made with. */
export interface PageDeps extends Dispatch {
  /** The relay's address for the outside. */
  readonly httpUrl: string;
  readonly passwords: PasswordHasher;
  /** Routes that pages call as anybody calls them, in the process. */
  readonly callRoute: CallRoute;
  readonly people: PeopleRoutes;
  /** By which links of people are made, and mailed. */
  readonly links: PeopleDeps;
}
