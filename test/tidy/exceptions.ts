/** What the programs of tidy put up with, because it was there before them. Entries may go, none may come. */

/**
 * File names of more than two files of src. Reason: one noun is rows, rules, a route and a verb, each in a room that says which; or
 * each program, each catalogue of texts has one.
 */
export const knownCrowds: Readonly<Record<string, number>> = {
  'bookings.ts': 5,
  'box-faults.ts': 3,
  'client.ts': 3,
  'connection.ts': 3,
  'doctor.ts': 3,
  'en.ts': 5,
  'events.ts': 5,
  'fields.ts': 3,
  'journal.ts': 3,
  'keys.ts': 4,
  'link.ts': 3,
  'main.ts': 3,
  'messages.ts': 3,
  'model.ts': 3,
  'nl.ts': 5,
  'pins.ts': 3,
  'problems.ts': 3,
  'records.ts': 5,
  'report.ts': 3,
  'restore.ts': 3,
  'serial.ts': 3,
  'server.ts': 3,
  'session.ts': 3,
};
