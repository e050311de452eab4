/** States of the pages of boxes. */
import type { Fixture } from './page-fixture.ts';

const box = '/admin/boxes/box-1';

export const boxStates = <State>(
  state: (name: string, fixture: Fixture, path: string, scopes?: string) => State,
): readonly State[] => [
  state('box', 'trouble', box),
  state('box-well', 'well', box),
  state('box-looking', 'trouble', box, 'read'),
  state('box-late', 'in-use', '/admin/boxes/box-3'),
  state('boxes-late', 'in-use', '/admin/boxes?view=all'),
  state('box-waits', 'trouble', '/admin/boxes/box-2'),
  state('box-gone', 'trouble', '/admin/boxes/nobody'),
  state('box-who', 'trouble', `${box}/who`),
  state('box-events', 'trouble', `${box}/events`),
  state('box-events-none', 'trouble', '/admin/boxes/box-new/events'),
  state('box-commands', 'trouble', `${box}/commands`),
  state('box-commands-none', 'well', `${box}/commands`),
  state('box-open', 'trouble', `${box}/commands/new?verb=open&slot=2`),
  state('box-open-silent', 'trouble', '/admin/boxes/box-2/commands/new?verb=open&slot=2'),
  state('box-lockdown', 'trouble', `${box}/commands/new?verb=lockdown`),
  state('box-settings', 'trouble', `${box}/settings`),
  state('box-enrolled', 'trouble', `${box}/enrol`),
  state('box-enrol', 'trouble', '/admin/boxes/box-new/enrol'),
  state('box-retire', 'trouble', `${box}/retire`),
  state('box-new', 'well', '/admin/boxes/new'),
];
