/** Where a Problem is looked at and put right. Pages of integrations lie in rooms of their own: only their addresses are said here. */
import { problemFacts } from '../../core/problems/catalogue.ts';
import { subjectHead } from '../../domain/problem-people.ts';
import type { ProblemTable } from '../../store/tables-work.ts';
import type { Scope } from '../api/scopes.ts';
import { bookingPath } from './bookings/booking-path.ts';
import { boxPath } from './boxes/box-paths.ts';
import { driverPath } from './drivers/driver-words.ts';
import { keyPath } from './keys/key-cells.ts';
import type { ProblemWords } from './problem-words.ts';

interface ProblemPlace {
  readonly href: string;
  readonly deed: keyof ProblemWords['deeds'];
  /** Whoever lacks it would be refused there. */
  readonly scope: Scope;
}

const place = (deed: ProblemPlace['deed'], scope: Scope, href: string): ProblemPlace => ({
  ...{ deed, scope, href },
});

/** Null: it is put right elsewhere than on a page, such as in relay.yaml. */
export function problemPlace(row: Pick<ProblemTable, 'kind' | 'subject' | 'box'>): ProblemPlace | null {
  const { kind, subject, box } = row;
  const head = subjectHead(row);
  switch (problemFacts(kind).page) {
    case 'box':
      return place('box', 'boxes:read', boxPath(box ?? head));
    case 'booking':
      return subject.startsWith('b_')
        ? place('booking', 'bookings:read', bookingPath(subject))
        : place('box', 'boxes:read', boxPath(box ?? head));
    case 'key':
      // A box calls its keys by their names: what it says of one is looked at there.
      return box === null
        ? place('key', 'keys:read', keyPath(subject))
        : place('box', 'boxes:read', boxPath(box));
    case 'driver':
      return ofPerson(subject, 'driver');
    case 'messages':
      return ofPerson(subject, 'address');
    case 'fleetio':
      return place('fleetio', 'integrations:read', `${fleet(head)}/about`);
    case 'vehicles':
      return place('vehicle', 'integrations:read', ofFleet(subject, 'vehicles'));
    case 'assignments':
      return place('assignment', 'bookings:write', ofFleet(subject, 'assignments'));
    case 'webhook':
      return place('webhook', 'integrations:read', fleet(`webhooks/${head}`));
    case 'sites':
      return place('site', 'boxes:read', '/admin/settings/sites');
    case 'settings':
      return place('settings', 'settings:read', '/admin/settings');
    case 'relay':
      return null;
  }
}

const fleet = (id: string): string =>
  `/admin/integrations/${id.split('/').map(encodeURIComponent).join('/')}`;

/** `INTEGRATION/RECORD`; one that is about no record leads to all vehicles. */
function ofFleet(subject: string, of: 'vehicles' | 'assignments'): string {
  const [id = '', record] = subject.split('/');
  return record === undefined ? fleet(id) : fleet(`${id}/${of}/${record}`);
}

/** The subject is a driver, a booking, a contact of Fleetio, or the account, whose own mails do not arrive. */
function ofPerson(subject: string, deed: 'driver' | 'address'): ProblemPlace {
  const head = subjectHead({ subject });
  if (head.startsWith('d_')) return place(deed, 'drivers:read', driverPath(head));
  if (head.startsWith('b_')) return place('booking', 'bookings:read', bookingPath(head));
  if (head.startsWith('int_')) return place('fleetio', 'integrations:read', fleet(head));
  return place('messages', 'settings:read', '/admin/settings/messages');
}
