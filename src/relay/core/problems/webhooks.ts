import type { Family } from './facts.ts';

/** Problems of addresses that an account has its news sent to; the subject is the webhook. */
export const webhookProblems = {
  'webhook-given-up': {
    title: 'Events for a webhook were given up',
    meaning: 'Its address refused an event again and again, or could not be reached for three days.',
    advice:
      'Look at the last deliveries of the webhook, and mend its receiver: what was given up is not sent again, and can be read by the API.',
    severity: 'tidy-up',
    hurts: 'administrators',
    page: 'webhook',
  },
  'webhook-switched-off': {
    title: 'A webhook was switched off',
    meaning: 'Nothing has arrived at its address for a week, or the address said that it is gone for good.',
    advice: 'Mend its receiver or its address and switch it on again, or remove it.',
    severity: 'tidy-up',
    hurts: 'administrators',
    page: 'webhook',
  },
} as const satisfies Family;
