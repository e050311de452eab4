import { type Html, html } from '../../../../base/html.ts';
import type { BookingState } from '../../../core/booking-life.ts';
import { type IconName, icon } from '../frame/icons.ts';
import type { Visit } from '../visit.ts';

/** Proven ones are solid; told ones and those under way are not; red is for what a person must act on. */
const looks: Readonly<Record<BookingState, readonly [IconName, string]>> = {
  'not-sent': ['clock', 'warn'],
  sent: ['clock', 'warn'],
  'on-box': ['proven', 'ok'],
  'box-unreachable': ['silent', 'bad'],
  taken: ['keys', 'ok'],
  returned: ['check', 'quiet'],
  overdue: ['alert', 'bad'],
  cancelled: ['remove', 'quiet'],
  ended: ['check', 'quiet'],
};

export function stateMark(state: BookingState, { texts }: Visit): Html {
  const [mark, tone] = looks[state];
  return html`<span class="mark ${tone}">${icon(mark)}<span>${texts.bookings.states[state]}</span></span>`;
}
