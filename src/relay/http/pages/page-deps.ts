import type { PasswordHasher } from '../../secrets/passwords.ts';
import type { Dispatch } from '../api/call-route.ts';
import type { PeopleDeps, PeopleRoutes } from '../api/routes/people.ts';
import type { DeedDeps } from './deed.ts';

/** Everything that the pages of administrators are made with. */
export interface PageDeps extends Dispatch, DeedDeps {
  /** The relay's address for the outside. */
  readonly httpUrl: string;
  readonly passwords: PasswordHasher;
  readonly people: PeopleRoutes;
  /** By which links of people are made, and mailed. */
  readonly links: PeopleDeps;
}
