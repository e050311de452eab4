import type { Catalogue } from '../kinds.ts';

const how = `Type the code on the keypad of the box and press #.
Door {slot} opens by itself: take the key out and push the door shut.
{again}
Bring the key back the same way: code, #, key in, door shut. That always works, late too.`;

const facts = `Vehicle: {vehicle}
Box: {box}
Place: {site}
Door: {slot}
When: {window}`;

const end = `Your key page: {link}

Something not right? Call {phone}.`;

export const en: Catalogue = {
  locale: 'en-GB',
  words: {
    untilChanged: 'from {start}, until further notice',
    again: 'The code works as often as you need the key, until your booking ends.',
    footer: 'SmartBox sends this for {account}, because a key is booked for you.',
    secret: 'The code is yours alone: please do not pass it on.',
    footerAdmins: 'SmartBox sends this because you look after the keys of {account}.',
  },
  kinds: {
    access: {
      subject: 'Your key for {vehicle}, {start}',
      text: `Hello {driver},\n\nYour key is ready for you.\n\n${facts}\n\n{code}\n\n${how}\n\n${end}`,
      sms: `Key of {vehicle}: code {code}, then #\n{box}, door {slot}\n{window}\n{link}\nHelp: {phone}`,
    },
    moved: {
      subject: 'New time for {vehicle}: {start}',
      text: `Hello {driver},\n\nYour booking has changed. This is how it is now; if you have a code already, it stays the same.\n\n${facts}\n\n{code}\n\n${end}`,
      sms: `New time for {vehicle}: {window}\n{box}, door {slot}\nCode {code}, then #\n{link}\nHelp: {phone}`,
    },
    cancelled: {
      subject: 'Your booking of {vehicle} is cancelled',
      text: `Hello {driver},\n\nYour booking has been cancelled. Its code no longer gives out the key.\n\nVehicle: {vehicle}\nBox: {box}\nWhen: {window}\n\nIf you still have the key, please bring it back: the box takes it with the code that you have.\n\nNot what you expected? Call {phone}.`,
      sms: `Cancelled: {vehicle}, {window}. If you still have the key, please bring it back to {box}.\nQuestions: {phone}`,
    },
    reminder: {
      subject: 'Soon: your key for {vehicle}, {start}',
      text: `Hello {driver},\n\nYour booking begins soon. Your key waits for you here.\n\n${facts}\n\n{code}\n\n${how}\n\n${end}`,
      sms: `Soon: key of {vehicle}, {window}\nCode {code}, then #\n{box}, door {slot}\n{link}\nHelp: {phone}`,
    },
    waiting: {
      subject: 'Your key for {vehicle}: the code follows',
      text: `Hello {driver},\n\nA key is booked for you. The box cannot be reached at the moment, so your code is not in it yet. You get it as soon as it works; you need not do anything.\n\n${facts}\n\n${end}`,
      sms: `{vehicle} is booked for you, {window}. The box cannot be reached yet; your code follows as soon as it works.\n{link}\nHelp: {phone}`,
    },
    'fresh-code': {
      subject: 'A new code for {vehicle}',
      text: `Hello {driver},\n\nHere is a new code for your booking. The one before no longer gives out the key.\n\n${facts}\n\n{code}\n\n${how}\n\n${end}`,
      sms: `New code for {vehicle}: {code}, then #\n{box}, door {slot}\n{window}\n{link}\nHelp: {phone}`,
    },
    'key-away': {
      subject: 'Your key for {vehicle}: ready when it is back',
      text: `Hello {driver},\n\nA key is booked for you, but it is not back in the box yet. It is ready when it is back: you get another message then. Your code works from that moment.\n\n${facts}\n\n{code}\n\n${how}\n\n${end}`,
      sms: `{vehicle}: the key is not back yet; we tell you when it is. Code {code}, then #\n{box}, door {slot}\n{window}\n{link}\nHelp: {phone}`,
    },
    'key-back': {
      subject: 'The key of {vehicle} is back: ready for you',
      text: `Hello {driver},\n\nThe key is back in the box. It is ready for you.\n\n${facts}\n\n{code}\n\n${how}\n\n${end}`,
      sms: `The key of {vehicle} is back: code {code}, then #\n{box}, door {slot}\n{window}\n{link}\nHelp: {phone}`,
    },
    overdue: {
      subject: 'Please bring back the key of {vehicle}',
      text: `Hello {driver},\n\nYour booking is over, and the key is not back yet. Others may be waiting for it.\n\nVehicle: {vehicle}\nBack to: {box}\nPlace: {site}\nWas due: {end}\n\nYour code still opens a door for the return: code, #, key in, door shut.\n\nNeed it for longer? Call {phone}.`,
      sms: `The key of {vehicle} was due {end}. Please bring it back to {box}: your code still works for that.\nNeed it for longer? {phone}`,
    },
    'verify-phone': {
      subject: 'Your code for this phone number',
      text: 'Enter this number on your key page. It is good for 10 minutes.\n\n{check}\n\nYou did not ask for it? Then you need not do anything.',
      sms: '{check} is your SmartBox code to confirm this phone. Good for 10 minutes. Not asked for? Ignore it.',
    },
    prompt: {
      subject: 'To confirm: {vehicle} for {driver}',
      text: 'A vehicle was assigned, and its key is booked only when you say so.\n\nVehicle: {vehicle}\nDriver: {driver}\nWhen: {window}\n\nCheck date, driver and address, and create the booking. The driver is then told automatically.\n\nCreate the booking: {link}',
      sms: '{vehicle} is assigned to {driver}, {window}. Please create the booking.\n{link}',
    },
    'asked-again': {
      subject: '{driver} asks for the key of {vehicle} again',
      text: 'A driver whose booking is over asks for the key again. If that is right, make a new booking or prolong the assignment.\n\nVehicle: {vehicle}\nDriver: {driver}\nBooked: {window}\nBox: {box}\n\nCreate the booking: {link}',
      sms: '{driver} asks for the key of {vehicle} again. Booked: {window}.\n{link}',
    },
    'box-faults': {
      subject: 'SmartBox: {fault}',
      text: 'Something at your boxes needs somebody.\n\n{faults}\n\nThis mail gathers what began together; what goes on is not told again within the hour.\n\nAll Problems: {link}',
      sms: '{fault}\n{link}',
    },
    'person-invited': {
      subject: 'You are invited to look after the keys of {account}',
      text: 'You look after the keys of {account} from now on, or you may see what is done there. Choose a password of your own first. This link works once, for 72 hours.\n\nChoose a password: {link}\n\nDoes {account} mean nothing to you? Then you need not do anything.',
      sms: '{account} invites you to look after its keys. Choose a password within 72 hours: {link}',
    },
    'person-reset': {
      subject: 'Another password for the keys of {account}',
      text: 'Somebody who gave your mail address has lost the password. This link works once, for one hour; until then your password stays as it is.\n\nChoose another password: {link}\n\nIt was not you? Then you need not do anything.',
      sms: 'Choose another password for the keys of {account} within the hour: {link}',
    },
    'old-phone-check': {
      subject: 'Another phone for your keys?',
      text: 'Somebody with the link to your key page wants another phone number to open your keys. If that is you, enter this number there. It is good for 10 minutes.\n\n{check}\n\nNot you? Give it to nobody, and tell {account}.\nCall {phone}.',
      sms: '{check} is your SmartBox number to let ANOTHER phone open your keys. Not you? Give it to nobody, and tell {account}.',
    },
    'phone-changed': {
      subject: 'What opens your keys has changed',
      text: 'Hello {driver},\n\nOn your key page, the phone number or the PIN that opens your keys was changed just now.\n\nWas it you? Then you need not do anything.\n\nIt was not you? Tell {account} at once: somebody else could take keys in your name.\nCall {phone}.',
      sms: 'The phone or PIN that opens your keys was changed. Not you? Tell {account} at once.\nCall {phone}',
    },
    'phone-void': {
      subject: 'Your phone, badge and PIN no longer open keys',
      text: 'Hello {driver},\n\nA key box was stolen or lost, and your PIN could be found out from what was in it. So your phone number, badge and PIN open no key of {account} any more. Codes that you get work as before.\n\nPlease choose another PIN on the key page of your next booking.\nYour key page: {link}\n\nDo you use the old PIN elsewhere? Change it there too.\n\nQuestions? Call {phone}.',
      sms: 'A key box was stolen: your phone, badge and PIN no longer open keys of {account}. Please choose another PIN on your key page.\n{link}\nHelp: {phone}',
    },
  },
  fields: {
    waiting: 'Key is booked; waiting for box {box}. The driver gets the code once it is there.',
    ready:
      'Key ready in {box}, door {slot}: {window}. Type the code, then #; the door opens by itself. Return the same way.\nHelp: {phone}',
    'key-away':
      'Key booked but not back in {box} yet; ready when it is, door {slot}: {window}. The driver is told then.\nHelp: {phone}',
    taken: 'Key taken {start}. Return to {box}: same code, then #, any time.\nHelp: {phone}',
    returned: 'Key returned {end} to {box}, door {slot}.',
    overdue: 'Key overdue since {end}. Return to {box}: same code, then #.\nHelp: {phone}',
    cancelled:
      'Booking cancelled; the code no longer gives out the key. A key that is out can still be brought back to {box}.',
    ended: 'Booking over; the key was not taken.',
  },
};
