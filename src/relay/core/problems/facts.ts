/** Languages of the catalogue. */
export const problemLanguages = ['en', 'nl'] as const;
export type ProblemLanguage = (typeof problemLanguages)[number];

/**
 * The gravest first. `stops-people`: a driver stands in front of a door that does not open, or somebody has what is not theirs;
 * `will-stop-people`: something is lost or will fail unless somebody acts; `tidy-up`: somebody waits for a decision, or a record
 * is to be put in order.
 */
export const severities = ['stops-people', 'will-stop-people', 'tidy-up'] as const;
export type Severity = (typeof severities)[number];

/** Words about every Problem of one kind, in one language. */
export interface ProblemTexts {
  /** A few words, for a list and for the subject of a mail. */
  readonly title: string;
  /** Tells in one whole sentence how things stand, for who knows nothing of the kind. */
  readonly meaning: string;
  /** Tells the reader what to do, in one or two whole sentences. */
  readonly advice: string;
}

/** Whom it hurts, in words for each language. */
export const hurtTexts = {
  'drivers-there': {
    en: 'Drivers who stand at this box now',
    nl: 'Bestuurders die nu bij deze kast staan',
  },
  'drivers-ahead': {
    en: 'Drivers whose bookings begin soon, or change',
    nl: 'Bestuurders van wie een boeking binnenkort begint, of verandert',
  },
  'next-driver': {
    en: 'Whoever is to have the key next',
    nl: 'Wie de sleutel hierna krijgt',
  },
  'one-driver': { en: 'The driver whom it is about', nl: 'De bestuurder om wie het gaat' },
  owners: {
    en: 'Whoever owns the keys in this box',
    nl: 'Wie de sleutels in deze kast bezit',
  },
  fleet: { en: 'Whoever works in Fleetio', nl: 'Wie in Fleetio werkt' },
  everybody: { en: 'All drivers and boxes of this relay', nl: 'Alle bestuurders en kasten van deze relay' },
  administrators: { en: 'Only who looks after the relay', nl: 'Alleen wie de relay beheert' },
  nobody: { en: 'Nobody at the moment', nl: 'Op dit moment niemand' },
} as const satisfies Readonly<Record<string, Readonly<Record<ProblemLanguage, string>>>>;

/** Where it is looked at and put right: of what the subject is, or the page of its topic. */
export const problemPages = [
  'box',
  'booking',
  'key',
  'driver',
  'fleetio',
  'vehicles',
  'assignments',
  'messages',
  'webhook',
  'sites',
  'settings',
  'relay',
] as const;
type ProblemPage = (typeof problemPages)[number];

/** The facts about every Problem of one kind, whichever box, key or driver has it; its words in English. */
export interface ProblemKindFacts extends ProblemTexts {
  readonly severity: Severity;
  readonly hurts: keyof typeof hurtTexts;
  readonly page: ProblemPage;
}

export type Family = Readonly<Record<string, ProblemKindFacts>>;
