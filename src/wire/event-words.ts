/** Events of a box, in words: the same ones wherever people read them. */
import { type DenialReason, denialReasons, type EventType } from './journal.ts';

type Language = 'en' | 'nl';

type Words = Readonly<Record<EventType, string>>;

const en: Words = {
  booted: 'Box started',
  stopped: 'Box stopped',
  granted: 'Access granted',
  denied: 'Refused',
  pulsed: 'Lock pulsed',
  'not-opened': 'Door was not opened',
  'door-opened': 'Door opened',
  'key-taken': 'Key taken',
  'not-taken': 'Key was not taken',
  'key-returned': 'Key returned',
  'door-closed': 'Door closed',
  'door-forced': 'Door opened without permission',
  'door-held': 'Door stands open',
  'door-shut': 'Door shut again',
  jammed: 'Lock does not open',
  'sensor-suspect': 'Sensor is doubtful',
  'slot-restored': 'Door back in service',
  'due-soon': 'Key due soon',
  overdue: 'Key is late',
  'box-full': 'Box is full',
  'custody-mismatch': 'Key in another place than known',
  'key-transferred': 'Key handed on',
  tamper: 'Tampering',
  lockout: 'Locked after wrong tries',
  'reader-lost': 'Reader or keypad lost',
  'reader-back': 'Reader or keypad back',
  'power-low': 'Power is low',
  'power-good': 'Power is good again',
  'clock-untrusted': 'Clock cannot be believed',
  'clock-good': 'Clock is right again',
  'storage-degraded': 'Disk takes no writes',
  'storage-good': 'Disk writes again',
  'message-rejected': 'Message refused by the box',
  'bookings-changed': 'Bookings changed',
  'config-changed': 'Configuration changed',
  technician: 'Technician',
  checkpoint: 'Journal signed',
};

const nl: Words = {
  booted: 'Kast gestart',
  stopped: 'Kast gestopt',
  granted: 'Toegang gegeven',
  denied: 'Geweigerd',
  pulsed: 'Slot bekrachtigd',
  'not-opened': 'Deur is niet geopend',
  'door-opened': 'Deur geopend',
  'key-taken': 'Sleutel gepakt',
  'not-taken': 'Sleutel niet gepakt',
  'key-returned': 'Sleutel teruggebracht',
  'door-closed': 'Deur gesloten',
  'door-forced': 'Deur zonder toestemming geopend',
  'door-held': 'Deur staat open',
  'door-shut': 'Deur weer dicht',
  jammed: 'Slot gaat niet open',
  'sensor-suspect': 'Sensor is twijfelachtig',
  'slot-restored': 'Deur weer in gebruik',
  'due-soon': 'Sleutel moet gauw terug',
  overdue: 'Sleutel is te laat',
  'box-full': 'Kast is vol',
  'custody-mismatch': 'Sleutel op een andere plek dan bekend',
  'key-transferred': 'Sleutel doorgegeven',
  tamper: 'Sabotage',
  lockout: 'Geblokkeerd na foute pogingen',
  'reader-lost': 'Lezer of toetsen weg',
  'reader-back': 'Lezer of toetsen terug',
  'power-low': 'Stroom is laag',
  'power-good': 'Stroom weer goed',
  'clock-untrusted': 'Klok is niet te geloven',
  'clock-good': 'Klok weer goed',
  'storage-degraded': 'Schijf schrijft niet',
  'storage-good': 'Schijf schrijft weer',
  'message-rejected': 'Bericht geweigerd door de kast',
  'bookings-changed': 'Boekingen gewijzigd',
  'config-changed': 'Configuratie gewijzigd',
  technician: 'Technicus',
  checkpoint: 'Logboek ondertekend',
};

const words: Readonly<Record<Language, Words>> = { en, nl };

/** A box of a newer program may say what this one has no word for: then its own. */
export const eventWord = (type: string, language: Language): string =>
  Object.hasOwn(words[language], type) ? words[language][type as EventType] : type;

type Reasons = Readonly<Record<DenialReason, string>>;

const refusals: Readonly<Record<Language, Reasons>> = {
  en: {
    unknown: 'nobody it knows',
    'pin-wrong': 'wrong PIN',
    used: 'code used already',
    'too-early': 'too early',
    'too-late': 'too late',
    cancelled: 'booking cancelled',
    'key-absent': 'key is not there',
    'key-elsewhere': 'key is in another box',
    'slot-faulted': 'door is out of order',
    'locked-out': 'too many wrong tries',
    stale: 'bookings too old',
    'clock-untrusted': 'clock cannot be believed',
    'out-of-service': 'box is out of service',
  },
  nl: {
    unknown: 'niemand die ze kent',
    'pin-wrong': 'verkeerde pincode',
    used: 'code al gebruikt',
    'too-early': 'te vroeg',
    'too-late': 'te laat',
    cancelled: 'boeking geannuleerd',
    'key-absent': 'sleutel is er niet',
    'key-elsewhere': 'sleutel is in een andere kast',
    'slot-faulted': 'deur is defect',
    'locked-out': 'te veel foute pogingen',
    stale: 'boekingen te oud',
    'clock-untrusted': 'klok is niet te geloven',
    'out-of-service': 'kast is buiten dienst',
  },
};

/** Why somebody was not let in; null: it is no such reason, but what somebody typed. */
export function refusalWord(reason: string, language: Language): string | null {
  const known = denialReasons.find(each => each === reason);
  return known === undefined ? null : refusals[language][known];
}

interface Happened {
  readonly type: string;
  readonly reason?: string | undefined;
  readonly what?: string | undefined;
  readonly device?: string | undefined;
}

/** `Refused: too early`; a reason that somebody typed stays as it is. */
export function eventSentence(event: Happened, language: Language): string {
  const refusal = event.type === 'denied' ? refusalWord(event.reason ?? '', language) : null;
  const reason = refusal ?? event.reason;
  const detail = [reason, event.what, event.device].find(each => each !== undefined);
  return [eventWord(event.type, language), detail].filter(part => part !== undefined).join(': ');
}
