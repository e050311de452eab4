/** States of the pages below Settings, and of the second step. */
import type { Fixture } from './page-fixture.ts';

export const settingsStates: readonly (readonly [
  name: string,
  fixture: Fixture,
  path: string,
  scopes: string | null,
])[] = [
  ['two-step-none', 'well', '/admin/two-step', 'person'],
  ['two-step-begun', 'well', '/admin/two-step', 'person-begun'],
  ['two-step-begun-nl', 'well', '/admin/two-step', 'person-nl-begun'],
  ['two-step-on', 'well', '/admin/two-step', 'person-on'],
  ['two-step-token', 'well', '/admin/two-step', 'read'],
  ['prove-password', 'well', '/admin/prove', 'person'],
  ['prove-digits', 'well', '/admin/prove', 'person-nl-on'],
];
