/** Texts of the pages of events. */
import type { Filled, Texts } from '../frame/texts/fill.ts';
import type { Language } from '../frame/texts/languages.ts';

const en = {
  filter: 'Filter',
  type: 'What',
  anyType: 'Anything',
  box: 'Box',
  boxHint: 'Its name, or its id.',
  key: 'Key',
  driver: 'Driver',
  slot: 'Door',
  slotHint: 'Together with a box.',
  from: 'From',
  until: 'Until',
  show: 'Show',
  chip: (name: string, value: string) => `${name}: ${value}`,
  fresh: (count: string) => (count === '1' ? '1 new event' : `${count} new events`),
  exportTitle: 'Export',
  exportWhy:
    'All events of one box, or all within the time chosen, can be checked: the file ends with what the box has signed. Behind the last of a time stand events up to that signature; the check tells them apart. With another filter there is no signature.',
  jsonl: 'As lines of JSON',
  csv: 'For a spreadsheet',
  verify: 'Check a file',
  verifyTitle: 'Check an export',
  verifyHow:
    'Drop a file as it was exported, by a box or here. It is told whether it is whole, or what was done to it. Nothing of it is kept.',
  file: 'File, 64 MB at most',
  paste: 'Or its lines',
  check: 'Check it',
  nothingGiven: 'Choose a file, or paste its lines.',
  tooLarge: 'It is larger than 64 MB: cut it by time when exporting it.',
  cutOff: 'The file did not come to its end: send it again.',
  whole: 'Whole',
  events: (count: string, box: string, from: string, to: string) =>
    `${count} events of ${box}, ${from} to ${to}, as the box wrote them.`,
  range: (from: string) =>
    `Where it begins, at event ${from}, is what whoever exported it says: no signature stands under that.`,
  behind: (to: string, from: string, last: string) =>
    `That it ends at event ${to} is what was asked for: events ${from} to ${last} stand behind it only to prove that none is missing.`,
  missing: (from: string, to: string) => `The box itself had lost events ${from} to ${to}.`,
  key64: 'Signed by the key',
  keyWhy: 'Compare it with the one that the box shows: smartbox status --json.',
  words: {
    edited: 'Edited',
    cut: 'Cut',
    're-ordered': 'Re-ordered',
    truncated: 'Truncated',
    'other-key': 'Signed by another key',
    'not-a-journal': 'Not a journal',
  },
  atLine: (word: string, line: string) => `${word} at line ${line}`,
  doNotRely: 'Do not rely on this file; export it anew.',
} as const satisfies Texts;

const nl: Filled<typeof en> = {
  filter: 'Filter',
  type: 'Wat',
  anyType: 'Alles',
  box: 'Kast',
  boxHint: 'De naam, of het id.',
  key: 'Sleutel',
  driver: 'Bestuurder',
  slot: 'Deur',
  slotHint: 'Samen met een kast.',
  from: 'Van',
  until: 'Tot',
  show: 'Tonen',
  chip: (name, value) => `${name}: ${value}`,
  fresh: count => (count === '1' ? '1 nieuwe gebeurtenis' : `${count} nieuwe gebeurtenissen`),
  exportTitle: 'Exporteren',
  exportWhy:
    'Alle gebeurtenissen van één kast, of alle binnen de gekozen tijd, zijn te controleren: het bestand eindigt met wat de kast heeft ondertekend. Achter de laatste van een tijd staan gebeurtenissen tot aan die handtekening; de controle houdt ze uit elkaar. Met een ander filter is er geen handtekening.',
  jsonl: 'Als regels JSON',
  csv: 'Voor een rekenblad',
  verify: 'Bestand controleren',
  verifyTitle: 'Export controleren',
  verifyHow:
    'Kies een bestand zoals het is geëxporteerd, door een kast of hier. U hoort of het heel is, of wat ermee is gedaan. Er wordt niets van bewaard.',
  file: 'Bestand, hoogstens 64 MB',
  paste: 'Of de regels',
  check: 'Controleren',
  nothingGiven: 'Kies een bestand, of plak de regels.',
  tooLarge: 'Het is groter dan 64 MB: kies bij het exporteren een kortere tijd.',
  cutOff: 'Het bestand kwam niet tot het einde: stuur het opnieuw.',
  whole: 'Heel',
  events: (count, box, from, to) =>
    `${count} gebeurtenissen van ${box}, ${from} tot ${to}, zoals de kast ze schreef.`,
  range: from =>
    `Waar het begint, bij gebeurtenis ${from}, zegt wie het exporteerde: daar staat geen handtekening onder.`,
  behind: (to, from, last) =>
    `Dat het eindigt bij gebeurtenis ${to}, is wat werd gevraagd: gebeurtenissen ${from} tot ${last} staan erachter, alleen om te bewijzen dat er geen ontbreekt.`,
  missing: (from, to) => `De kast was gebeurtenissen ${from} tot ${to} zelf kwijt.`,
  key64: 'Ondertekend met de sleutel',
  keyWhy: 'Vergelijk die met wat de kast toont: smartbox status --json.',
  words: {
    edited: 'Gewijzigd',
    cut: 'Er ontbreekt iets',
    're-ordered': 'Verplaatst',
    truncated: 'Afgebroken',
    'other-key': 'Ondertekend met een andere sleutel',
    'not-a-journal': 'Geen logboek',
  },
  atLine: (word, line) => `${word}, bij regel ${line}`,
  doNotRely: 'Vertrouw niet op dit bestand; exporteer het opnieuw.',
};

export type EventWords = Filled<typeof en>;

export const eventWords = (language: Language): EventWords => ({ en, nl })[language];
