import type { Family } from './facts.ts';

/** Problems of messages to drivers; the subject is a driver, a booking or the account. */
export const messageProblems = {
  'message-refused': {
    title: 'A message was refused',
    meaning: 'The provider or the mail server will not deliver to that address.',
    advice: 'Correct the mail address or phone number of the driver, and send it again.',
    severity: 'will-stop-people',
    hurts: 'one-driver',
    page: 'messages',
  },
  'message-undelivered': {
    title: 'A message did not arrive',
    meaning: 'It was sent, and came back or was never confirmed.',
    advice: 'Ask the driver whether the mail address or phone number is right, and send it again.',
    severity: 'will-stop-people',
    hurts: 'one-driver',
    page: 'messages',
  },
  'message-blocked': {
    title: 'A mail came back: its receiver’s server refuses this relay',
    meaning: 'The receiver’s mail server does not believe that this relay may send for its domain.',
    advice:
      'Nothing is wrong with the driver’s address: whoever runs the mail server of mail.from sees why (SPF, DKIM, block lists). Then send it again.',
    severity: 'will-stop-people',
    hurts: 'one-driver',
    page: 'messages',
  },
  'message-opted-out': {
    title: 'A driver wants no SMS',
    meaning: 'Nothing is sent to this number by SMS any more.',
    advice: 'The driver has answered STOP: use mail, or ask for START to the same number.',
    severity: 'tidy-up',
    hurts: 'one-driver',
    page: 'driver',
  },
  'message-failed': {
    title: 'A message could not be sent',
    meaning: 'It was tried as often as is sensible, and given up.',
    advice: 'See to the section mail or sms of relay.yaml, and send it again.',
    severity: 'will-stop-people',
    hurts: 'one-driver',
    page: 'messages',
  },
  'message-cap': {
    title: 'Too many messages in a day',
    meaning: 'Messages wait or are dropped, since more were wanted than the account allows.',
    advice: 'Raise notify.perDay or notify.perPhoneDay in the settings, if so many are right.',
    severity: 'will-stop-people',
    hurts: 'drivers-ahead',
    page: 'settings',
  },
  'mail-down': {
    title: 'No mail can be sent',
    meaning: 'No driver is told anything by mail until this works again.',
    advice:
      'See to the section mail of relay.yaml and to the mail server. What waits is sent by itself once it works.',
    severity: 'stops-people',
    hurts: 'drivers-ahead',
    page: 'relay',
  },
  'sms-down': {
    title: 'No SMS can be sent',
    meaning: 'No driver is told anything by SMS until this works again.',
    advice:
      'See to the section sms of relay.yaml and to the account of the provider. What waits is sent by itself once it works.',
    severity: 'stops-people',
    hurts: 'drivers-ahead',
    page: 'relay',
  },
  'no-address': {
    title: 'A driver has no address',
    meaning: 'The booking stands, but nobody could tell the driver.',
    advice: 'Add a mail address or a phone number to the driver, and send the message again.',
    severity: 'will-stop-people',
    hurts: 'one-driver',
    page: 'driver',
  },
  'phone-region': {
    title: 'A phone number was read in a region that nobody chose',
    meaning: 'The number may be that of a stranger in another country.',
    advice:
      'No SMS goes there until then: choose the region of the account (settings), give the box a site, or write the number with its country code.',
    severity: 'will-stop-people',
    hurts: 'one-driver',
    page: 'driver',
  },
  'phone-unread': {
    title: 'A phone number cannot be read',
    meaning: 'The text in that field is no number of the place that it is for.',
    advice: 'Write it with its country code, such as +31612345678, where it comes from.',
    severity: 'will-stop-people',
    hurts: 'one-driver',
    page: 'driver',
  },
  'access-asked': {
    title: 'A driver asks for a key again',
    meaning: 'A driver pressed “ask again” on the page of a booking that is over.',
    advice: 'Make a new booking, or tell the driver why not.',
    severity: 'tidy-up',
    hurts: 'one-driver',
    page: 'booking',
  },
} as const satisfies Family;
