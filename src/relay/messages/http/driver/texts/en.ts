import type { Words } from './words.ts';

export const en: Words = {
  title: 'Your key',
  states: {
    waiting: {
      head: 'Your key is booked',
      text: 'The box does not have your code yet. You get a message as soon as it works.',
    },
    ready: { head: 'Your key is ready', text: 'It waits for you in the box.' },
    early: {
      head: 'Your key is ready for you, from {start}',
      text: 'It waits in the box. Before that time the box may still say that you are too early.',
    },
    'key-away': {
      head: 'Your key is not back yet',
      text: 'It is booked for you, but not back in the box yet.\nSomebody else has it until {end}.\nYour code works as soon as it is back. You get a message.',
    },
    'key-late': {
      head: 'Your key is late coming back',
      text: 'Somebody else still has it.\nIt was due back at {end}.\nYour code works as soon as it is back. You get a message.',
    },
    taken: { head: 'You have the key', text: 'Bring it back to {box} with the same code.' },
    due: { head: 'Please bring the key back soon', text: 'It is due at {end}. Type the same code at {box}.' },
    overdue: {
      head: 'Please bring the key back',
      text: 'It was due already. {box} takes it at any time, with the same code.',
    },
    returned: { head: 'The key is back', text: 'Thank you, and until next time.' },
    ended: { head: 'This booking is over', text: 'The key was not taken.' },
  },
  lookAgain: 'Look again',
  again: 'The code works as often as you need the key, until your booking ends.',
  facts: { vehicle: 'Vehicle', box: 'Box', site: 'Place', slot: 'Door', window: 'When' },
  code: {
    show: 'Show my code',
    label: 'Your code',
    afterwards: 'then #',
    not: 'The code is not there at the moment. Please look again in a minute.',
  },
  steps: {
    head: 'Taking the key',
    take: [
      'Go to {box}.',
      'Type your code on its keypad, then #.',
      'Door {slot} opens by itself: take the key out.',
      'Push the door shut.',
    ],
    bringHead: 'Bringing it back',
    bring: [
      'Type the same code, then #.',
      'Put the key behind the door that opens.',
      'Push the door shut. Late works too.',
    ],
  },
  map: 'Open map',
  call: 'Something not right? Call',
  phone: {
    head: 'Use my phone number from now on',
    now: 'Your number {phone} opens your keys.',
    text: 'Then you need no new code each time: you type your phone number at the box, and your PIN. We send a number by SMS to make sure that it is yours.',
    number: 'Phone number',
    send: 'Send me the number',
    sent: 'We have sent six digits to {phone}. They are good for 10 minutes.',
    check: 'Six digits from the SMS',
    pin: 'PIN of your choice, 4 to 8 digits',
    pinNeeded: 'You type it at the box after your phone number.',
    pinMay: 'Leave it empty to keep things as they are.',
    old: 'You have another number or a PIN already. So we also need your PIN until now, or the six digits that we have sent to the number until now.',
    oldField: 'PIN until now, or six digits sent to the number until now',
    confirm: 'Confirm',
    done: 'Done: from now on {phone} opens your keys.',
    noNumber: 'That is no phone number. Write it with its country code, such as +31 6 12345678.',
    tooOften: 'We have just sent one. Please wait a while before the next.',
    wrong:
      'These are not the digits or not the PIN. Please look again. If you have neither, ask whoever gave you the vehicle.',
    over: 'These digits are no longer good. Ask for new ones.',
    badPin:
      'A PIN has 4 to 8 digits, is not easily guessed (no 1212, no 3456), and is no part of your phone number.',
  },
  ask: {
    text: 'Do you need the key once more?',
    button: 'Ask for access again',
    done: 'We have asked for you. You get a message when there is an answer.',
  },
  gone: {
    head: 'This link is over',
    text: 'It belongs to a booking that has ended, was cancelled, or is somebody else’s now. Look into your newest message, or ask whoever gave you the vehicle.',
  },
  busy: {
    head: 'A moment, please',
    text: 'That was a lot at once. Please look again in a minute. Your code is in your message too.',
  },
};
