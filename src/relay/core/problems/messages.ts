import type { Family } from './facts.ts';

/** Problems of messages to drivers; the subject is a driver, a booking or the account. */
export const messageProblems = {
  'message-refused': {
    title: 'A message was refused',
    advice: 'Correct the mail address or phone number of the driver, and send it again.',
    severity: 'warning',
  },
  'message-undelivered': {
    title: 'A message did not arrive',
    advice: 'Ask the driver whether the mail address or phone number is right, and send it again.',
    severity: 'warning',
  },
  'message-blocked': {
    title: 'A mail came back: its receiver’s server refuses this relay',
    advice:
      'Nothing is wrong with the driver’s address: whoever runs the mail server of mail.from sees why (SPF, DKIM, block lists). Then send it again.',
    severity: 'warning',
  },
  'message-opted-out': {
    title: 'A driver wants no SMS',
    advice: 'The driver has answered STOP: use mail, or ask for START to the same number.',
    severity: 'notice',
  },
  'message-failed': {
    title: 'A message could not be sent',
    advice: 'See to the section mail or sms of relay.yaml, and send it again.',
    severity: 'warning',
  },
  'message-cap': {
    title: 'Too many messages in a day',
    advice: 'Raise notify.perDay or notify.perPhoneDay in the settings, if so many are right.',
    severity: 'warning',
  },
  'mail-down': {
    title: 'No mail can be sent',
    advice:
      'See to the section mail of relay.yaml and to the mail server. What waits is sent by itself once it works.',
    severity: 'urgent',
  },
  'sms-down': {
    title: 'No SMS can be sent',
    advice:
      'See to the section sms of relay.yaml and to the account of the provider. What waits is sent by itself once it works.',
    severity: 'urgent',
  },
  'no-address': {
    title: 'A driver has no address',
    advice: 'Add a mail address or a phone number to the driver, and send the message again.',
    severity: 'warning',
  },
  'phone-region': {
    title: 'A phone number was read in a region that nobody chose',
    advice:
      'No SMS goes there until then: choose the region of the account (settings), give the box a site, or write the number with its country code.',
    severity: 'warning',
  },
  'phone-unread': {
    title: 'A phone number cannot be read',
    advice: 'Write it with its country code, such as +31612345678, where it comes from.',
    severity: 'warning',
  },
  'access-asked': {
    title: 'A driver asks for a key again',
    advice: 'Make a new booking, or tell the driver why not.',
    severity: 'notice',
  },
} as const satisfies Family;
