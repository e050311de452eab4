/** The text of a Problem of a box: where, what, why, since when, and what to do. English, as all Problems are. */
import type { Fault, FaultKind, FaultPlace } from '../core/box-faults.ts';
import { problemFacts } from '../core/problems/catalogue.ts';

const sentences: Readonly<Record<FaultKind, string>> = {
  jammed: 'the lock does not open',
  'door-forced': 'the door was opened without a grant',
  'door-held': 'the door stands open',
  'sensor-suspect': 'a sensor is not believed',
  tamper: 'the lid of the electronics was opened',
  lockout: 'five and more wrong entries in a row',
  'reader-lost': 'does not answer',
  'power-low': 'the power is low; no keys are given out, returns go on',
  'clock-untrusted': 'the clock is wrong',
  'storage-degraded': 'the disk takes no writes; no keys are given out, returns go on',
  'box-full': 'somebody could not return a key, no slot is known to be empty',
  'custody-mismatch': 'what is there is not what the books say',
  'key-missing': 'it is gone, and nobody took it by a grant',
  overdue: 'should be back by now',
  'box-restarted': 'it stopped without being told to, and runs again',
  'box-lost': 'it cannot be reached',
  'message-rejected': 'it refused messages that are not this relay’s',
};

/** Words of the box for a cause, as people say them. What is not here is shown as it is. */
const causes: Readonly<Record<string, string>> = {
  flapping: 'it changes without end',
  'presence-behind-shut-door': 'the key moved behind a door that reads shut',
  'door-never-changes': 'it never changes',
  'no-answer': 'its line gave no answer',
  unexpected: 'something is in it that nobody brought',
  'tag-outside': 'the tag of a key that should be in it was read outside',
  'found-empty': 'a driver found it empty',
  'database-lost': 'the database was lost, a new one was begun',
  behind: 'it is behind',
  ahead: 'it is ahead',
  crash: 'crash',
  power: 'power cut',
};

/** @param since milliseconds since 1970 */
export function faultDetail(box: string, { kind, place, reason }: Fault, since: number): string {
  const cause = reason === null || reason === 'gone' ? '' : ` (${shown(causes[reason] ?? reason)})`;
  const sentence = place.of === 'database' ? 'something that it keeps on its disk was lost' : sentences[kind];
  const at = `${new Date(since).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return `${whereText(box, place)}: ${sentence}${cause}, since ${at}. ${problemFacts(kind).advice}`;
}

/** From a journal that the relay only carries: on one line, and short. */
const shown = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, 80);

function whereText(box: string, place: FaultPlace): string {
  if (place.of === 'slot') return `${box}, slot ${place.slot}`;
  if (place.of === 'device') return `${box}, ${shown(place.device)}`;
  if (place.of !== 'key') return box;
  return `${box}, key ${shown(place.key)}${place.slot === null ? '' : ` of slot ${place.slot}`}`;
}
