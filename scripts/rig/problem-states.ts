/** States of the pages of Problems, beside the list of open ones. */
import type { Fixture } from './page-fixture.ts';

export const problemStates: readonly (readonly [name: string, Fixture, path: string, scopes?: string])[] = [
  ['problems-not-now-none', 'well', '/admin/problems?view=not-now'],
  ['problems-not-now', 'trouble', '/admin/problems?view=not-now'],
  ['problems-cleared-none', 'well', '/admin/problems?view=cleared'],
  ['problems-cleared', 'trouble', '/admin/problems?view=cleared'],
  ['problem-put-off', 'trouble', '/admin/problems/p_later/not-now'],
  ['problem-put-off-may-not', 'trouble', '/admin/problems/p_later/not-now', 'problems:read'],
  ['problem-put-off-over', 'trouble', '/admin/problems/p_over/not-now'],
  ['problem-put-off-gone', 'trouble', '/admin/problems/nobody/not-now'],
  ['hostile-problems-not-now', 'hostile', '/admin/problems?view=not-now'],
];
