/** Texts of the pages of one booking. */
import type { Filled, Texts } from '../frame/texts/fill.ts';
import type { Language } from '../frame/texts/languages.ts';

const en = {
  title: (key: string) => `Booking of ${key}`,
  match: 'Name of a key',
  find: 'Find keys',
  choose: 'Choose',
  start: 'From',
  end: 'Until',
  endHint: 'Left empty: until it is changed.',
  zone: (zone: string) => `Times are of the clock of ${zone}.`,
  badTime: (field: string) => `${field}: this is no date and time.`,
  badOrder: 'It must end after it begins.',
  who: 'Who has it',
  name: 'Name',
  email: 'E-mail',
  phone: 'Phone',
  will: 'The box is told now. When it has proven that it knows the booking, the driver gets the code; not before.',
  button: 'Book the key',
  facts: 'The booking',
  state: 'State',
  key: 'Key',
  box: 'Box',
  driver: 'Driver',
  origin: 'Made by',
  trace: 'Trace',
  since: 'since',
  untilChanged: 'until changed',
  change: 'Change the time',
  changeHint: 'The code stays. The box and the driver are told.',
  save: 'Save',
  cancel: 'Cancel the booking…',
  cancelTitle: 'Cancel a booking',
  cancelHappens: 'Its code stops taking at once where the box is connected, and as soon as it is otherwise.',
  cancelTold: 'The driver is told. A key that is out may come back at any time.',
  cancelButton: 'Cancel the booking',
  code: 'Code',
  codeHint: 'Whoever looks at it stands in the audit.',
  showCode: 'Show the code',
  codeMissing: 'It is not on the box yet, so nobody was told.',
  story: 'What happened',
  hidden: (scopes: string) => `More is known that you may not see: ${scopes}.`,
  late: (after: string) => `told ${after} later`,
  unseen: (facts: string) => `Let in, but not seen: ${facts}.`,
  raw: {
    event: (count: string) => `Raw events (${count})`,
    deed: (count: string) => `What administrators did (${count})`,
  },
  export: 'Export this story',
  again: 'Send it again',
} as const satisfies Texts;

const nl: Filled<typeof en> = {
  title: key => `Boeking van ${key}`,
  match: 'Naam van een sleutel',
  find: 'Sleutels zoeken',
  choose: 'Kiezen',
  start: 'Van',
  end: 'Tot',
  endHint: 'Leeg: tot het wordt gewijzigd.',
  zone: zone => `Tijden zijn van de klok van ${zone}.`,
  badTime: field => `${field}: dit is geen datum en tijd.`,
  badOrder: 'Het einde moet na het begin liggen.',
  who: 'Wie hem krijgt',
  name: 'Naam',
  email: 'E-mail',
  phone: 'Telefoon',
  will: 'De kast hoort het nu. Pas als die heeft bewezen dat ze de boeking kent, krijgt de bestuurder de code.',
  button: 'Sleutel boeken',
  facts: 'De boeking',
  state: 'Toestand',
  key: 'Sleutel',
  box: 'Kast',
  driver: 'Bestuurder',
  origin: 'Gemaakt door',
  trace: 'Spoor',
  since: 'sinds',
  untilChanged: 'tot het wordt gewijzigd',
  change: 'De tijd wijzigen',
  changeHint: 'De code blijft. De kast en de bestuurder horen het.',
  save: 'Opslaan',
  cancel: 'Boeking annuleren…',
  cancelTitle: 'Een boeking annuleren',
  cancelHappens:
    'De code neemt niets meer zodra de kast het hoort: meteen als ze verbonden is, anders daarna.',
  cancelTold: 'De bestuurder krijgt bericht. Een sleutel die is uitgegeven mag altijd terugkomen.',
  cancelButton: 'Boeking annuleren',
  code: 'Code',
  codeHint: 'Wie hem bekijkt staat in het verslag.',
  showCode: 'Code tonen',
  codeMissing: 'Hij is nog niet bij de kast, dus niemand heeft hem gekregen.',
  story: 'Wat er gebeurde',
  hidden: scopes => `Er is meer bekend dat u niet mag zien: ${scopes}.`,
  late: after => `${after} later gehoord`,
  unseen: facts => `Toegelaten, maar niet gezien: ${facts}.`,
  raw: { event: count => `Ruwe gebeurtenissen (${count})`, deed: count => `Wat beheerders deden (${count})` },
  export: 'Dit verhaal exporteren',
  again: 'Opnieuw sturen',
};

type ByWord = Readonly<Partial<Record<string, string>>>;

/** Words of a story, by the words that the API has for them. */
interface StoryWords {
  readonly kinds: Readonly<Record<'booking' | 'deed' | 'box' | 'event' | 'message' | 'fleet', string>>;
  readonly proofs: ByWord;
  readonly facts: ByWord;
}

const stories: Readonly<Record<Language, StoryWords>> = {
  en: {
    kinds: {
      booking: 'Booking',
      deed: 'Deed',
      box: 'Box',
      event: 'Event',
      message: 'Message',
      fleet: 'Fleetio',
    },
    proofs: {
      receipt: 'proven',
      sensor: 'sensor',
      tag: 'tag',
      presumed: 'presumed',
      boot: 'found at its start',
    },
    facts: {
      booked: 'Booked',
      sent: 'Sent to the box',
      'on-box': 'On the box',
      overdue: 'Late',
      ended: 'Over',
      cancelled: 'Cancelled',
      'booking-created': 'Booked by hand',
      'booking-changed': 'Changed',
      'booking-cancelled': 'Cancelled by hand',
      'code-read': 'Code looked at',
      'code-replaced': 'Another code made',
      access: 'Driver told',
      'fields-written': 'Fields written in Fleetio',
      'assignment-seen': 'Assignment read from Fleetio',
      vehicle_assignment_created: 'Webhook: assigned',
      vehicle_assignment_updated: 'Webhook: assignment changed',
      vehicle_assignment_deleted: 'Webhook: assignment deleted',
    },
  },
  nl: {
    kinds: {
      booking: 'Boeking',
      deed: 'Handeling',
      box: 'Kast',
      event: 'Gebeurtenis',
      message: 'Bericht',
      fleet: 'Fleetio',
    },
    proofs: {
      receipt: 'bewezen',
      sensor: 'sensor',
      tag: 'tag',
      presumed: 'vermoed',
      boot: 'gevonden bij de start',
    },
    facts: {
      booked: 'Geboekt',
      sent: 'Naar de kast gestuurd',
      'on-box': 'Bij de kast',
      overdue: 'Te laat',
      ended: 'Voorbij',
      cancelled: 'Geannuleerd',
      'booking-created': 'Met de hand geboekt',
      'booking-changed': 'Gewijzigd',
      'booking-cancelled': 'Met de hand geannuleerd',
      'code-read': 'Code bekeken',
      'code-replaced': 'Andere code gemaakt',
      access: 'Bestuurder heeft bericht',
      'fields-written': 'Velden in Fleetio geschreven',
      'assignment-seen': 'Toewijzing uit Fleetio gelezen',
      vehicle_assignment_created: 'Webhook: toegewezen',
      vehicle_assignment_updated: 'Webhook: toewijzing gewijzigd',
      vehicle_assignment_deleted: 'Webhook: toewijzing verwijderd',
    },
  },
};

export interface BookingWords extends Omit<Filled<typeof en>, 'facts'>, StoryWords {
  /** Heading of what stands of the booking itself. */
  readonly factsTitle: string;
}

export const bookingWords = (language: Language): BookingWords => {
  const { facts, ...words } = { en, nl }[language];
  return { ...words, factsTitle: facts, ...stories[language] };
};
