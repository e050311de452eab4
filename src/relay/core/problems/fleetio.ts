import type { Family } from './facts.ts';

/** Problems of a connection to Fleetio, and of what comes from there. */
export const fleetioProblems = {
  'fleetio-unauthorized': {
    title: 'Fleetio refuses the tokens',
    advice: 'Make a new API key in Fleetio (Settings, API keys), and change it in the integration.',
    severity: 'urgent',
  },
  'fleetio-forbidden': {
    title: 'Fleetio forbids the user of the API key something',
    advice: 'Give that user the permissions that are named, in Fleetio (Settings, Users).',
    severity: 'warning',
  },
  'fleetio-not-found': {
    title: 'Fleetio has no such record',
    advice: 'Test the integration: the account token may be that of another account.',
    severity: 'warning',
  },
  'fleetio-limited': {
    title: 'Fleetio wants fewer calls',
    advice: 'Lower settings.callsPerMin of the integration, or find what else calls with the same key.',
    severity: 'warning',
  },
  'fleetio-unreachable': {
    title: 'Fleetio cannot be reached',
    advice: 'Look at the network of the relay and at the status page of Fleetio; all is caught up by itself.',
    severity: 'warning',
  },
  'fleetio-strange': {
    title: 'Fleetio answers something else than it documents',
    advice: 'Test the integration; if it stays, tell the makers of SmartBox what the detail says.',
    severity: 'warning',
  },
  'fleetio-too-large': {
    title: 'Fleetio answers with more than can be read',
    advice: 'Shorten in Fleetio what is so long: comments, or values of custom fields.',
    severity: 'warning',
  },
  'fleetio-not-compared': {
    title: 'Not everything could be compared with Fleetio',
    advice: 'Do what the detail says; the rest goes on, and all is caught up by itself.',
    severity: 'warning',
  },
  'fleetio-record-malformed': {
    title: 'A record of Fleetio cannot be used',
    advice: 'Put that one record right in Fleetio; all others go on, and it is read again by itself.',
    severity: 'warning',
  },
  'fields-rejected': {
    title: 'Fleetio does not take the fields of an assignment',
    advice: 'Look at the assignment in Fleetio for what the detail names; it is tried again by itself.',
    severity: 'warning',
  },
  'write-back-refused': {
    title: 'Nothing may be written into Fleetio',
    advice: 'Give the user of the API key permission to edit vehicle assignments.',
    severity: 'warning',
  },
  'fields-missing': {
    title: 'Custom fields are missing in Fleetio',
    advice:
      'Create them there (Custom fields, record type Vehicle assignment, data type Text), then test the integration.',
    severity: 'warning',
  },
  'webhook-disabled': {
    title: 'Fleetio has disabled the webhook',
    advice: 'Enable it there (Webhooks). Until then changes are noticed some minutes late.',
    severity: 'warning',
  },
  'webhook-silent': {
    title: 'No webhooks come',
    advice:
      'Look in Fleetio (Webhooks) whether it is enabled, leads here and has all three events of vehicle assignments.',
    severity: 'warning',
  },
  'fleetio-vehicles-unread': {
    title: 'The vehicles could not be read',
    advice: 'Test the integration, and read its vehicles again.',
    severity: 'warning',
  },
  'vehicle-without-key': {
    title: 'An assigned vehicle has no key',
    advice: 'Link a key to it (Integrations, Vehicles).',
    severity: 'warning',
  },
  'vehicle-unused': {
    title: 'A vehicle that is gone still has a key',
    advice: 'Unlink it, or bring it back in Fleetio.',
    severity: 'notice',
  },
  'not-booked': {
    title: 'An assignment is not booked',
    advice: 'The detail says why; it is tried again by itself.',
    severity: 'warning',
  },
  'booking-to-confirm': {
    title: 'An assignment waits for you',
    advice: 'Check it, and create the booking.',
    severity: 'notice',
  },
  'phone-shared': {
    title: 'Two people have one phone number',
    advice: 'Give each their own in Fleetio.',
    severity: 'notice',
  },
  'person-to-confirm': {
    title: 'A contact may be a driver whom you have already',
    advice: 'If they are one person, take number and address away from one; if not, give each their own.',
    severity: 'warning',
  },
  'contact-archived': {
    title: 'An archived contact is assigned',
    advice: 'Bring the contact back in Fleetio, or assign somebody else.',
    severity: 'notice',
  },
} as const satisfies Family;
