/** Texts of the import of keys. */
import type { Filled, Texts } from '../frame/texts/fill.ts';
import type { Language } from '../frame/texts/languages.ts';

const en = {
  title: 'Import keys',
  how: 'A table with the columns name, box, slot and, if wanted, tag, as a spreadsheet saves it (CSV) or copies it. The box is called by its name or its id; the slot is the number of its door. A name that the box has already changes that key.',
  example: 'For example:',
  paste: 'The table',
  pasteHint: 'Paste it here, or choose a file below. 2,000 rows at most.',
  file: 'Or a file',
  check: 'Check the table',
  nothing: 'There is nothing in it yet: paste a table, or choose a file.',
  tooLarge: 'That file is too large: 250 kB at most. Divide it.',
  refused: (count: number) =>
    count === 1
      ? '1 row cannot be taken, so nothing was imported'
      : `${count} rows cannot be taken, so nothing was imported`,
  refusedWhy: 'Correct them below, or in your file, and check again.',
  badRows: 'Rows that cannot be taken',
  line: 'Line',
  column: 'Column',
  problem: 'Why',
  whole: 'the whole row',
  preview: 'Nothing is imported yet. This would happen',
  created: (count: number) => (count === 1 ? '1 new key' : `${count} new keys`),
  changed: (count: number) => (count === 1 ? '1 key changed' : `${count} keys changed`),
  same: (count: number) => (count === 1 ? '1 key as it is already' : `${count} keys as they are already`),
  warnings: 'Look at these',
  rows: 'What each row does',
  does: 'What it does',
  becomes: { created: 'new', changed: 'changed', same: 'as it is' },
  more: (count: string) => `and ${count} rows more`,
  take: 'Import all of them',
  again: 'Change the table',
} as const satisfies Texts;

const nl: Filled<typeof en> = {
  title: 'Sleutels importeren',
  how: 'Een tabel met de kolommen name, box, slot en desgewenst tag, zoals een spreadsheet die bewaart (CSV) of kopieert. De kast (box) heet naar haar naam of haar id; slot is het nummer van het vak. Een naam (name) die de kast al heeft, wijzigt die sleutel.',
  example: 'Bijvoorbeeld:',
  paste: 'De tabel',
  pasteHint: 'Plak hem hier, of kies hieronder een bestand. Hoogstens 2.000 rijen.',
  file: 'Of een bestand',
  check: 'Tabel controleren',
  nothing: 'Er staat nog niets in: plak een tabel, of kies een bestand.',
  tooLarge: 'Dat bestand is te groot: hoogstens 250 kB. Verdeel het.',
  refused: count =>
    count === 1
      ? '1 rij kan niet worden overgenomen, dus is er niets geïmporteerd'
      : `${count} rijen kunnen niet worden overgenomen, dus is er niets geïmporteerd`,
  refusedWhy: 'Verbeter ze hieronder, of in uw bestand, en controleer opnieuw.',
  badRows: 'Rijen die niet kunnen worden overgenomen',
  line: 'Regel',
  column: 'Kolom',
  problem: 'Waarom',
  whole: 'de hele rij',
  preview: 'Er is nog niets geïmporteerd. Dit zou gebeuren',
  created: count => (count === 1 ? '1 nieuwe sleutel' : `${count} nieuwe sleutels`),
  changed: count => (count === 1 ? '1 sleutel gewijzigd' : `${count} sleutels gewijzigd`),
  same: count => (count === 1 ? '1 sleutel zoals hij al is' : `${count} sleutels zoals ze al zijn`),
  warnings: 'Let hierop',
  rows: 'Wat elke rij doet',
  does: 'Wat ze doet',
  becomes: { created: 'nieuw', changed: 'gewijzigd', same: 'zoals hij is' },
  more: count => `en nog ${count} rijen`,
  take: 'Alle importeren',
  again: 'Tabel wijzigen',
};

type ImportWords = Filled<typeof en>;

export const importWords = (language: Language): ImportWords => ({ en, nl })[language];
