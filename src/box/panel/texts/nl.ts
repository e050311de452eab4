import type { Age, Catalogue, TextFacts } from './catalogue.ts';

const call = ({ phone }: TextFacts): string => (phone === null ? 'Meld dit op kantoor' : `Bel ${phone}`);
const orCall = ({ phone }: TextFacts): string => (phone === null ? 'meld het op kantoor' : `bel ${phone}`);
const ageText = ({ count, unit }: Age): string =>
  unit === 'minutes' ? `${count} min` : unit === 'hours' ? `${count} u` : `${count} d`;

export const dutch: Catalogue = {
  locale: 'nl-NL',
  ready: (_, { boxName, time, syncAge }) =>
    syncAge === null
      ? [`${boxName}\n${time}\nToets uw code, dan #`, `${time}\nCode, dan #`]
      : [
          `${boxName}\n${time}\nToets uw code, dan #\nStand: ${ageText(syncAge)} oud`,
          `${time} -${ageText(syncAge)}\nCode, dan #`,
          `${time}\nStand ${ageText(syncAge)} oud`,
        ],
  entering: { code: 'Code', pin: 'Pincode', number: 'Nummer' },
  'begin-again': () => ['Gewist. Begin opnieuw a.u.b.', 'Begin opnieuw'],
  take: ({ slot, key }) => [
    `Vak ${slot} – neem sleutel ${key}, sluit de deur`,
    `Vak ${slot} – neem de sleutel, sluit de deur`,
    `Vak ${slot}: neem sleutel, deur dicht`,
    `Vak ${slot}: neem sleutel`,
  ],
  return: ({ slot, key }) => [
    `Vak ${slot} – leg sleutel ${key} terug, sluit de deur`,
    `Vak ${slot} – leg de sleutel terug, sluit de deur`,
    `Vak ${slot}: leg sleutel terug`,
  ],
  open: ({ slot }) => [`Vak ${slot} is open. Sluit de deur a.u.b.`, `Vak ${slot} open, sluit deur`],
  soon: ({ slot }) => [`Vak ${slot} – een moment a.u.b.`, `Vak ${slot}: moment`],
  pin: ({ again }) =>
    again
      ? ['Begin opnieuw: uw pincode, dan #', 'Begin opnieuw: pincode']
      : ['Toets uw pincode, dan #', 'Pincode, dan #'],
  checking: () => ['Een moment a.u.b.'],
  choose: {
    title: (page, again) =>
      again
        ? [`Begin opnieuw: nummer, # ${page}`, `Opnieuw, # ${page}`]
        : [`Welke sleutel? Nummer, dan # ${page}`, `Nummer, # ${page}`],
    take: 'halen',
    return: 'terug',
  },
  denied: {
    used: () => ['Deze code is al gebruikt', 'Code al gebruikt'],
    'too-early': () => ['Te vroeg voor deze reservering', 'Te vroeg'],
    'too-late': around => [`Deze reservering is voorbij. ${call(around)}`, 'Reservering is voorbij'],
    cancelled: around => [`Deze reservering is geannuleerd. ${call(around)}`, 'Reservering geannuleerd'],
    'key-absent': around => [`Deze sleutel is er nog niet. ${call(around)}`, 'Sleutel is er nog niet'],
    'key-elsewhere': around => [
      `Deze sleutel ligt niet op zijn plek. ${call(around)}`,
      'Sleutel is niet hier',
    ],
    'slot-faulted': around => [`Dit vak is defect. ${call(around)}`, 'Dit vak is defect'],
    stale: around => [`Reserveringen niet actueel. ${call(around)}`, 'Gegevens niet actueel'],
    'clock-untrusted': around => [
      `Klok loopt niet goed. Alleen terugbrengen. ${call(around)}`,
      'Klok fout, enkel retour',
    ],
    'out-of-service': around => [
      `Buiten dienst. Alleen terugbrengen. ${call(around)}`,
      'Alleen terugbrengen',
    ],
  },
  refused: () => ['Niet aanvaard. Controleer en probeer opnieuw', 'Niet aanvaard'],
  'wait-or-call': (_, around) => [
    `Wacht een halve minuut en toets opnieuw, of ${orCall(around)}`,
    'Wacht halve minuut, toets opnieuw of bel',
    'Wacht 30 s, dan\nopnieuw of bel',
  ],
  'pin-locked': (_, around) => [
    `Te vaak foute pincode. ${call(around)} of gebruik uw code`,
    `Pincode dicht. ${call(around)}`,
    'Pincode dicht. Bel a.u.b.',
  ],
  'too-early': ({ time, day }) =>
    day === null
      ? [`Te vroeg. U kunt terecht vanaf ${time}`, `Te vroeg, vanaf ${time}`]
      : [`Te vroeg. U kunt terecht ${day}, ${time}`, `Vanaf ${day}\n${time}`],
  'not-back': ({ key }, around) => [
    `Sleutel ${key} is nog niet terug. ${call(around)}`,
    `De sleutel is nog niet terug. ${call(around)}`,
    'Sleutel nog niet terug',
  ],
  'box-full': (_, around) => [
    `De kast is vol. Houd de sleutel bij u. ${call(around)}`,
    `Kast vol. ${call(around)}`,
    `Vol. ${call(around)}`,
  ],
  'wrong-slot': ({ right }) => [`Leg deze sleutel a.u.b. in vak ${right}`, `Gebruik vak ${right}`],
  'close-door': ({ slot }) => [`Sluit a.u.b. de deur van vak ${slot}`, `Sluit vak ${slot} a.u.b.`],
  taken: ({ key }) => [`U hebt sleutel ${key}. Goede reis`, 'Goede reis'],
  returned: ({ key }) => [`Sleutel ${key} is terug. Dank u wel`, 'Sleutel terug. Dank u wel'],
  'not-taken': ({ slot, isSpent }, around) =>
    isSpent
      ? [
          `Vak ${slot} – de sleutel ligt er nog. Uw code is op. ${call(around)}`,
          `Vak ${slot}: sleutel er nog. ${call(around)}`,
          `Vak ${slot}: code is op`,
        ]
      : [`Vak ${slot} – de sleutel ligt er nog. Uw code blijft geldig`, `Vak ${slot}: sleutel ligt er nog`],
  'not-opened': ({ slot, triesLeft }) =>
    triesLeft > 0
      ? [`Vak ${slot} ging niet open. Toets uw code opnieuw`, `Vak ${slot}: code opnieuw`]
      : [`Vak ${slot} ging niet open`],
  jammed: ({ slot }, around) => [`Vak ${slot} gaat niet open. ${call(around)}`, `Vak ${slot} gaat niet open`],
  'found-empty': ({ slot }, around) => [
    `Vak ${slot} leeg: genoteerd. Dank u wel. ${call(around)}`,
    `Vak ${slot} leeg: genoteerd`,
    `Vak ${slot}: genoteerd`,
  ],
  transferred: ({ key }) => [`Sleutel ${key} is nu voor de volgende bestuurder`, 'Sleutel overgedragen'],
  'learn-tag': ({ slot, key }) => [
    `Vak ${slot} – houd de tag van ${key} bij de lezer`,
    `Vak ${slot} – houd de tag bij de lezer`,
    `Vak ${slot}: houd tag bij lezer`,
  ],
  learnt: ({ slot, key }) => [`Vak ${slot} – ${key} is nu bekend`, `Vak ${slot}: sleutel bekend`],
};
