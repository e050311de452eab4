import type { Family } from './facts.ts';

/** Problems of bookings, keys and boxes as an administrator plans with them. */
export const bookingProblems = {
  'phone-replaced': {
    title: 'A driver has another phone now',
    meaning: 'Whoever has the link to a booking has set another number, and that number opens from now on.',
    advice:
      'It was set on the page of a booking, with the PIN or with the number until then. If it was the driver, say so by setting the phone again (PATCH /drivers/ID with phoneOpens: true); if not, set the right one, and a new PIN.',
    severity: 'tidy-up',
    hurts: 'one-driver',
    page: 'driver',
  },
  'bookings-overlap': {
    title: 'Two drivers have one key at the same time',
    meaning: 'Both codes are valid, but whoever comes second finds the door empty.',
    advice: 'Move or cancel one of the two bookings.',
    severity: 'will-stop-people',
    hurts: 'drivers-ahead',
    page: 'booking',
  },
  'key-never-stocked': {
    title: 'A booked key was never put into its box',
    meaning: 'The booking will be granted, but no key was ever seen behind that door.',
    advice: 'Put it in (at the box: smartbox keys learn).',
    severity: 'will-stop-people',
    hurts: 'drivers-ahead',
    page: 'key',
  },
  'box-dark': {
    title: 'A box does not confirm its bookings',
    meaning: 'New bookings are not proven to be in this box, so their codes are not given out.',
    advice:
      'Look at its power and its network. What it has goes on working; codes for new bookings are sent as soon as it is back.',
    severity: 'stops-people',
    hurts: 'drivers-ahead',
    page: 'box',
  },
} as const satisfies Family;
