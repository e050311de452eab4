import { auditFilters } from './schema-audit-filters.ts';
import { bookingLists } from './schema-booking-lists.ts';
import { boxFaults } from './schema-box-faults.ts';
import { commandList } from './schema-command-list.ts';
import { eventCheckpoints } from './schema-event-checkpoints.ts';
import { eventFilters } from './schema-event-filters.ts';
import { fleetioAndNotify, integrationDeletion } from './schema-fleetio.ts';
import { formerWords } from './schema-former-words.ts';
import { knownDrivers } from './schema-known-drivers.ts';
import { people } from './schema-people.ts';
import { phoneGuesses } from './schema-phone-guess.ts';
import { places } from './schema-places.ts';
import { problemGrades, regraded } from './schema-problem-grades.ts';
import { secondFactor } from './schema-second-factor.ts';
import { sitePoints } from './schema-site-points.ts';
import { stories } from './schema-stories.ts';
import { bookingTimeline } from './schema-timeline.ts';
import { vehicleLists } from './schema-vehicle-lists.ts';
import { waitingFields } from './schema-waiting-fields.ts';
import { webhooks } from './schema-webhooks.ts';
import { keyLists, searchWords } from './schema-words.ts';
import { carriedOver, oneQueue } from './schema-work.ts';

/**
 * The relay's tables as both engines make them. `@int` stands for a whole number of 64 bits, `@bytes` for text that is compared
 * byte by byte, so that what begins alike stands together, and `@member(column, name)` for a member of a JSON object as text.
 */

const first = `
CREATE TABLE account (
  id text PRIMARY KEY, name text NOT NULL, region text NOT NULL, settings text NOT NULL, created @int NOT NULL,
  events @int NOT NULL DEFAULT 0
);
CREATE TABLE token (
  id text PRIMARY KEY, account text NOT NULL REFERENCES account, name text NOT NULL, hash text NOT NULL UNIQUE,
  scopes text NOT NULL, created @int NOT NULL, used @int, revoked @int
);
CREATE INDEX token_account ON token (account, id);
CREATE TABLE site (
  id text PRIMARY KEY, account text NOT NULL REFERENCES account, name text NOT NULL, timezone text NOT NULL,
  language text NOT NULL, phone text
);
CREATE INDEX site_account ON site (account, id);
CREATE TABLE box (
  id text PRIMARY KEY, account text NOT NULL REFERENCES account, site text REFERENCES site, name text NOT NULL,
  created @int NOT NULL, enrolments @int NOT NULL, enrolled @int, sign text, seal text, label text, program text,
  slots text, password text, pinned text, revision @int NOT NULL, dirty @int NOT NULL CHECK (dirty IN (0, 1)),
  known_epoch @int NOT NULL, known_rev @int NOT NULL, known_at @int, receipt text, clock text,
  told_at @int NOT NULL DEFAULT 0, told_epoch @int NOT NULL DEFAULT 1,
  box_epoch @int NOT NULL, seq @int NOT NULL, head text NOT NULL,
  link text NOT NULL CHECK (link IN ('never', 'up', 'lost')), link_since @int, heard @int, challenge text
);
CREATE INDEX box_account ON box (account, id);
CREATE INDEX box_dirty ON box (id) WHERE dirty = 1;
CREATE TABLE record (
  box text NOT NULL REFERENCES box, id text NOT NULL, kind text NOT NULL CHECK (kind IN ('key', 'driver', 'booking')),
  subject text NOT NULL, rev @int NOT NULL, dropped @int NOT NULL CHECK (dropped IN (0, 1)),
  PRIMARY KEY (box, id)
);
CREATE INDEX record_rev ON record (box, rev);
CREATE INDEX record_subject ON record (subject);
CREATE TABLE claim (
  id text PRIMARY KEY, account text NOT NULL REFERENCES account, box text NOT NULL REFERENCES box,
  secret text NOT NULL, expires @int NOT NULL, used @int, answer text
);
CREATE INDEX claim_box ON claim (box);
CREATE TABLE identity (
  number @int PRIMARY KEY, id text NOT NULL UNIQUE, sign text NOT NULL, seal text NOT NULL,
  private_sign text NOT NULL, private_seal text NOT NULL, handover text, created @int NOT NULL
);
CREATE TABLE key (
  id text PRIMARY KEY, account text NOT NULL REFERENCES account, name text NOT NULL, box text REFERENCES box, slot @int,
  tag text, tag_hash text, place text NOT NULL CHECK (place IN ('never-stocked', 'in', 'out', 'missing')),
  place_slot @int, place_since @int, created @int NOT NULL
);
CREATE INDEX key_account ON key (account, id);
CREATE INDEX key_name ON key (account, name);
CREATE UNIQUE INDEX key_box_name ON key (box, name);
CREATE UNIQUE INDEX key_box_slot ON key (box, slot);
CREATE UNIQUE INDEX key_tag ON key (account, tag_hash);
CREATE TABLE driver (
  id text PRIMARY KEY, account text NOT NULL REFERENCES account, name text NOT NULL, email text, phone text,
  phone_opens @int NOT NULL CHECK (phone_opens IN (0, 1)), badge text, badge_hash text, pin text, language text,
  created @int NOT NULL, erased @int
);
CREATE INDEX driver_account ON driver (account, id);
CREATE INDEX driver_email ON driver (account, email) WHERE email IS NOT NULL;
CREATE UNIQUE INDEX driver_phone ON driver (account, phone);
CREATE UNIQUE INDEX driver_badge ON driver (account, badge_hash);
CREATE TABLE booking (
  id text PRIMARY KEY, account text NOT NULL REFERENCES account, key text NOT NULL REFERENCES key,
  box text NOT NULL REFERENCES box, driver text REFERENCES driver, start @int NOT NULL, "end" @int,
  reuse @int NOT NULL CHECK (reuse IN (0, 1)), code text, code_hash text, origin text NOT NULL, trace text NOT NULL,
  created @int NOT NULL, updated @int NOT NULL, rev @int NOT NULL, on_box @int, sent @int, cancelled @int, ended @int,
  taken @int, returned @int, overdue @int, CHECK ("end" > start)
);
CREATE INDEX booking_account ON booking (account, id);
CREATE INDEX booking_rev ON booking (box, rev);
CREATE INDEX booking_key ON booking (key, start);
CREATE INDEX booking_ahead ON booking (key, start)
  WHERE cancelled IS NULL AND ended IS NULL AND (returned IS NULL OR reuse = 1);
CREATE INDEX booking_out ON booking (box, key) WHERE taken IS NOT NULL AND returned IS NULL;
CREATE INDEX booking_driver ON booking (driver, "end");
CREATE UNIQUE INDEX booking_code ON booking (box, code_hash);
CREATE TABLE spent_code (box text NOT NULL REFERENCES box, hash text NOT NULL, until @int NOT NULL, PRIMARY KEY (box, hash));
CREATE INDEX spent_until ON spent_code (until);
CREATE TABLE event (
  box text NOT NULL, enrolment @int NOT NULL, epoch @int NOT NULL, seq @int NOT NULL, account text NOT NULL,
  number @int NOT NULL, at @int NOT NULL, type text NOT NULL, booking text, line text NOT NULL, stored @int NOT NULL,
  PRIMARY KEY (box, enrolment, epoch, seq)
);
CREATE UNIQUE INDEX event_number ON event (account, number);
CREATE INDEX event_box ON event (box, number);
CREATE INDEX event_booking ON event (account, booking, number) WHERE booking IS NOT NULL;
CREATE TABLE command (
  id text PRIMARY KEY, account text NOT NULL REFERENCES account, box text NOT NULL REFERENCES box, who text NOT NULL,
  why text NOT NULL, body text NOT NULL, created @int NOT NULL, not_after @int NOT NULL, sent @int, outcome text,
  answered @int
);
CREATE INDEX command_box ON command (box, created);
CREATE INDEX command_open ON command (box) WHERE outcome IS NULL;
CREATE TABLE timer (
  id text PRIMARY KEY, kind text NOT NULL, subject text NOT NULL, due @int NOT NULL, lease text, lease_until @int,
  tries @int NOT NULL
);
CREATE INDEX timer_due ON timer (due);
CREATE TABLE copy (id text PRIMARY KEY, until @int NOT NULL);
CREATE TABLE share (share @int PRIMARY KEY, copy text, until @int NOT NULL, term @int NOT NULL);
CREATE TABLE idempotency (
  account text NOT NULL REFERENCES account, key text NOT NULL, request text NOT NULL, status @int NOT NULL,
  body text NOT NULL, created @int NOT NULL, PRIMARY KEY (account, key)
);
CREATE INDEX idempotency_created ON idempotency (created);
CREATE TABLE audit (
  id text PRIMARY KEY, account text NOT NULL REFERENCES account, at @int NOT NULL, who text NOT NULL,
  what text NOT NULL, subject text NOT NULL, detail text
);
CREATE INDEX audit_at ON audit (account, at, id);
CREATE TABLE problem (
  id text PRIMARY KEY, account text NOT NULL REFERENCES account, kind text NOT NULL, subject text NOT NULL,
  detail text NOT NULL, since @int NOT NULL, cleared @int
);
CREATE UNIQUE INDEX problem_open ON problem (account, kind, subject) WHERE cleared IS NULL;
CREATE INDEX problem_since ON problem (account, since, id);
`;

/** Digits that were sent to the number that a driver had until then: a link to one booking does not replace it. */
const oldPhoneChecks = `
ALTER TABLE phone_check ADD COLUMN old_code text;
`;

/** Each brings a database from its index to the next number; never changed once released. */
const migrations: readonly string[] = [
  first,
  fleetioAndNotify,
  boxFaults,
  oldPhoneChecks,
  places,
  eventCheckpoints,
  phoneGuesses,
  [oneQueue, ...carriedOver].join(';\n'),
  integrationDeletion,
  [problemGrades, ...regraded].join(';\n'),
  eventFilters,
  bookingLists,
  stories,
  people,
  sitePoints,
  searchWords,
  secondFactor,
  keyLists,
  vehicleLists,
  commandList,
  webhooks,
  auditFilters,
  bookingTimeline,
  knownDrivers,
  waitingFields,
  formerWords,
];

export const schemaVersion = migrations.length;

export type Engine = 'sqlite' | 'postgres';

const words: Readonly<
  Record<
    Engine,
    { readonly int: string; readonly bytes: string; readonly end: string; readonly member: string }
  >
> = {
  sqlite: { int: 'integer', bytes: 'text', end: ') STRICT;', member: "json_extract($1, '$$.$2')" },
  postgres: { int: 'bigint', bytes: 'text COLLATE "C"', end: ');', member: "($1::json ->> '$2')" },
};

/** Statements, one by one, that lead from `version` to the next. */
export function migration(version: number, engine: Engine): readonly string[] {
  const { int, bytes, end, member } = words[engine];
  return (migrations[version] ?? '')
    .replaceAll('@int', int)
    .replaceAll('@bytes', bytes)
    .replaceAll(/@member\((\w+), (\w+)\)/g, member)
    .split(/;\n/)
    .map(each => `${each.trim()};`)
    .filter(each => each !== ';')
    .map(each => (each.startsWith('CREATE TABLE') ? each.replace(/\);$/, end) : each));
}
