import type { Age, Catalogue, TextFacts } from './catalogue.ts';

const call = ({ phone }: TextFacts): string => (phone === null ? 'Please tell the office' : `Call ${phone}`);
const orCall = ({ phone }: TextFacts): string => (phone === null ? 'tell the office' : `call ${phone}`);
const ageText = ({ count, unit }: Age): string =>
  unit === 'minutes' ? `${count} min` : unit === 'hours' ? `${count} h` : `${count} d`;

export const english: Catalogue = {
  locale: 'en-GB',
  ready: (_, { boxName, time, syncAge }) =>
    syncAge === null
      ? [`${boxName}\n${time}\nType code, then #`, `${time}\nCode, then #`]
      : [
          `${boxName}\n${time}\nType code, then #\nUpdated ${ageText(syncAge)} ago`,
          `${time} -${ageText(syncAge)}\nCode, then #`,
          `${time}\nUpdated ${ageText(syncAge)}`,
        ],
  entering: { code: 'Code', pin: 'PIN', number: 'Number' },
  'begin-again': () => ['Cleared. Please begin again', 'Begin again'],
  take: ({ slot, key }) => [
    `Slot ${slot} – take key ${key}, close the door`,
    `Slot ${slot} – take the key, close the door`,
    `Slot ${slot}: take key, close door`,
  ],
  return: ({ slot, key }) => [
    `Slot ${slot} – put key ${key} in, close the door`,
    `Slot ${slot} – put the key in, close the door`,
    `Slot ${slot}: key in, close door`,
  ],
  open: ({ slot }) => [`Slot ${slot} is open. Please close the door`, `Slot ${slot} open, close door`],
  soon: ({ slot }) => [`Slot ${slot} – one moment please`, `Slot ${slot}: moment`],
  pin: ({ again }) =>
    again
      ? ['Begin again: your PIN, then #', 'Begin again: PIN']
      : ['Please type your PIN, then #', 'PIN, then #'],
  checking: () => ['One moment please'],
  choose: {
    title: (page, again) =>
      again
        ? [`Begin again: number, # ${page}`, `Begin again ${page}`]
        : [`Which key? Number, then # ${page}`, `Number, # ${page}`],
    take: 'take',
    return: 'return',
  },
  denied: {
    used: () => ['This code has been used', 'Code was used'],
    'too-early': () => ['Too early for this booking', 'Too early'],
    'too-late': around => [`This booking has ended. ${call(around)}`, 'Booking has ended'],
    cancelled: around => [`This booking was cancelled. ${call(around)}`, 'Booking was cancelled'],
    'key-absent': around => [`This key is not here yet. ${call(around)}`, 'Key not here yet'],
    'key-elsewhere': around => [`This key is not in its place. ${call(around)}`, 'Key is not here'],
    'slot-faulted': around => [`This slot is out of order. ${call(around)}`, 'Slot out of order'],
    stale: around => [`Bookings are not up to date. ${call(around)}`, 'Bookings are out of date'],
    'clock-untrusted': around => [
      `Clock not set. Returns only. ${call(around)}`,
      'Clock not set. Returns only',
    ],
    'out-of-service': around => [
      `Out of service. Returns only. ${call(around)}`,
      'Out of service, returns only',
      'Returns only',
    ],
  },
  refused: () => ['Not accepted. Please check and try again', 'Not accepted'],
  'wait-or-call': (_, around) => [
    `Please wait half a minute and type again, or ${orCall(around)}`,
    'Wait half a minute, type again or call',
    'Wait 30 s, type again or call',
  ],
  'pin-locked': (_, around) => [
    `Too many wrong PINs. ${call(around)}, or use your code`,
    `PIN blocked. ${call(around)}`,
    'PIN blocked. Please call',
  ],
  'too-early': ({ time, day }) =>
    day === null
      ? [`Too early. Please come back from ${time}`, `Too early, from ${time}`]
      : [`Too early. Please come back ${day}, ${time}`, `From ${day}\n${time}`],
  'not-back': ({ key }, around) => [
    `Key ${key} is not back yet. ${call(around)}`,
    `The key is not back yet. ${call(around)}`,
    'The key is not back yet',
  ],
  'box-full': (_, around) => [
    `The box is full. Please keep the key. ${call(around)}`,
    `Box full. ${call(around)}`,
    `Full. ${call(around)}`,
  ],
  'wrong-slot': ({ right }) => [`Please put this key in slot ${right}`, `Use slot ${right}, please`],
  'close-door': ({ slot }) => [`Please close the door of slot ${slot}`, `Close slot ${slot}, please`],
  taken: ({ key }) => [`Key ${key} is yours. Drive safely`, 'Key taken. Drive safely'],
  returned: ({ key }) => [`Key ${key} is back. Thank you`, 'Key is back. Thank you'],
  'not-taken': ({ slot, isSpent }, around) =>
    isSpent
      ? [
          `Slot ${slot} – the key is still here. Your code is used up. ${call(around)}`,
          `Slot ${slot}: key still in. ${call(around)}`,
          `Slot ${slot}: key in, code used up`,
        ]
      : [`Slot ${slot} – the key is still here. Your code stays good`, `Slot ${slot}: key still in`],
  'not-opened': ({ slot, triesLeft }) =>
    triesLeft > 0
      ? [`Slot ${slot} was not opened. Type your code again`, `Slot ${slot}: type code again`]
      : [`Slot ${slot} did not open`],
  jammed: ({ slot }, around) => [`Slot ${slot} does not open. ${call(around)}`, `Slot ${slot} does not open`],
  'found-empty': ({ slot }, around) => [
    `Slot ${slot} empty: noted. Thank you. ${call(around)}`,
    `Slot ${slot} empty: noted. Thanks`,
    `Slot ${slot}: noted`,
  ],
  transferred: ({ key }) => [`Key ${key} is now with the next driver`, 'Key is with next driver'],
  'learn-tag': ({ slot, key }) => [
    `Slot ${slot} – hold the tag of ${key} to the reader`,
    `Slot ${slot} – hold the tag to the reader`,
    `Slot ${slot}: hold tag to reader`,
  ],
  learnt: ({ slot, key }) => [`Slot ${slot} – ${key} is known now`, `Slot ${slot}: key known`],
};
