import type { Family } from './facts.ts';

/** Problems of bookings, keys and boxes as an administrator plans with them. */
export const bookingProblems = {
  'phone-replaced': {
    title: 'A driver has another phone now',
    advice:
      'It was set on the page of a booking, with the PIN or with the number until then. If it was the driver, say so by setting the phone again (PATCH /drivers/ID with phoneOpens: true); if not, set the right one, and a new PIN.',
    severity: 'notice',
  },
  'bookings-overlap': {
    title: 'Two drivers have one key at the same time',
    advice: 'Move or cancel one of the two bookings.',
    severity: 'warning',
  },
  'key-never-stocked': {
    title: 'A booked key was never put into its box',
    advice: 'Put it in (at the box: smartbox keys learn).',
    severity: 'warning',
  },
  'box-dark': {
    title: 'A box does not confirm its bookings',
    advice:
      'Look at its power and its network. What it has goes on working; codes for new bookings are sent as soon as it is back.',
    severity: 'urgent',
  },
} as const satisfies Family;
