-- A relay's database of schema 2, as the first two migrations made it, with rows in it. @int and @bytes: see schema.ts.
-- Never changed: whatever a later version makes of it, it must make of the databases of those who run it.
CREATE TABLE meta (name text PRIMARY KEY, value text NOT NULL);
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
CREATE TABLE key_word (account text NOT NULL REFERENCES account, word @bytes NOT NULL, key text NOT NULL REFERENCES key,
  PRIMARY KEY (account, word, key));
CREATE INDEX key_word_key ON key_word (key);
CREATE TABLE integration (
  id text PRIMARY KEY, account text NOT NULL REFERENCES account, kind text NOT NULL, label text NOT NULL,
  base_url text NOT NULL, api_key text NOT NULL, account_token text NOT NULL, webhook_key text,
  webhook_authorization text, settings text NOT NULL, state text NOT NULL CHECK (state IN ('connected', 'disabled')),
  created @int NOT NULL, high_water @int, reconciled @int, last_event @int, webhook_id text,
  contacts_read @int, lease text, lease_until @int,
  imported @int, importing @int, import_said text
);
CREATE INDEX integration_account ON integration (account, id);
CREATE TABLE vehicle (
  integration text NOT NULL REFERENCES integration, id text NOT NULL, account text NOT NULL REFERENCES account,
  name text NOT NULL, plate text, archived @int NOT NULL CHECK (archived IN (0, 1)),
  sample @int NOT NULL CHECK (sample IN (0, 1)), seen @int NOT NULL, gone @int NOT NULL CHECK (gone IN (0, 1)),
  key text REFERENCES key, mode text NOT NULL CHECK (mode IN ('automatic', 'prompt')), listed @int,
  PRIMARY KEY (integration, id)
);
CREATE INDEX vehicle_name ON vehicle (integration, name, id);
CREATE INDEX vehicle_key ON vehicle (key) WHERE key IS NOT NULL;
CREATE INDEX vehicle_unlisted ON vehicle (integration, id) WHERE key IS NOT NULL AND listed IS NULL;
CREATE TABLE contact (
  integration text NOT NULL REFERENCES integration, id text NOT NULL, account text NOT NULL REFERENCES account,
  driver text REFERENCES driver, name text NOT NULL, email text, phone text,
  archived @int NOT NULL CHECK (archived IN (0, 1)), fetched @int NOT NULL, PRIMARY KEY (integration, id)
);
CREATE INDEX contact_driver ON contact (driver) WHERE driver IS NOT NULL;
CREATE INDEX contact_again ON contact (integration, id) WHERE fetched = 0;
CREATE INDEX contact_phone ON contact (integration, phone) WHERE phone IS NOT NULL;
CREATE TABLE assignment (
  integration text NOT NULL REFERENCES integration, id text NOT NULL, account text NOT NULL REFERENCES account,
  vehicle text NOT NULL, contact text NOT NULL, started @int, ended @int, updated @int NOT NULL,
  deleted @int NOT NULL CHECK (deleted IN (0, 1)), first_seen @int NOT NULL, checked @int,
  booking text REFERENCES booking, booked_contact text, booked_key text, prompted @int, adjusted text, contact_by text,
  trace text NOT NULL, telling text CHECK (telling IN ('access', 'late', 'moved', 'fresh-code')),
  fields_wanted text, fields_written text, fields_due @int, fields_tries @int NOT NULL, fields_restored @int NOT NULL,
  open @int NOT NULL CHECK (open IN (0, 1)), PRIMARY KEY (integration, id)
);
CREATE INDEX assignment_booking ON assignment (booking) WHERE booking IS NOT NULL;
CREATE INDEX assignment_vehicle ON assignment (integration, vehicle, (coalesce(started, first_seen)), id);
CREATE INDEX assignment_contact ON assignment (integration, contact);
CREATE INDEX assignment_fields ON assignment (integration, fields_due) WHERE fields_due IS NOT NULL;
CREATE INDEX assignment_telling ON assignment (integration, id) WHERE telling IS NOT NULL;
CREATE INDEX assignment_open ON assignment (integration, checked) WHERE open = 1;
CREATE TABLE webhook_event (
  integration text NOT NULL REFERENCES integration, id text NOT NULL, account text NOT NULL REFERENCES account,
  event text NOT NULL, subject text, received @int NOT NULL, payload text NOT NULL,
  state text NOT NULL CHECK (state IN ('new', 'done', 'ignored', 'failed')), tries @int NOT NULL, due @int NOT NULL,
  PRIMARY KEY (integration, id)
);
CREATE INDEX webhook_event_new ON webhook_event (integration, due) WHERE state = 'new';
CREATE INDEX webhook_event_received ON webhook_event (integration, received, id);
CREATE TABLE message (
  id text PRIMARY KEY, account text NOT NULL REFERENCES account, booking text REFERENCES booking,
  driver text REFERENCES driver, channel text NOT NULL CHECK (channel IN ('mail', 'sms')), kind text NOT NULL,
  language text NOT NULL, address text, address_hash text, data text, created @int NOT NULL, due @int NOT NULL, until @int,
  state text NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'delivered', 'refused', 'undelivered', 'opted-out',
    'dropped', 'failed')),
  tries @int NOT NULL, said text, sent @int, provider_id text, lease text, lease_until @int
);
CREATE INDEX message_due ON message (due) WHERE state IN ('waiting', 'sending');
CREATE INDEX message_booking ON message (booking, created);
CREATE INDEX message_account ON message (account, id);
CREATE INDEX message_sent ON message (account, sent);
CREATE INDEX message_address ON message (address_hash, created) WHERE address_hash IS NOT NULL;
CREATE INDEX message_driver ON message (driver, created) WHERE driver IS NOT NULL;
CREATE INDEX message_provider ON message (provider_id) WHERE provider_id IS NOT NULL;
CREATE TABLE link (
  hash text PRIMARY KEY, account text NOT NULL REFERENCES account, booking text NOT NULL REFERENCES booking,
  driver text REFERENCES driver, created @int NOT NULL, revoked @int NOT NULL CHECK (revoked IN (0, 1)), token text NOT NULL
);
CREATE INDEX link_booking ON link (booking);
CREATE TABLE phone_check (
  driver text PRIMARY KEY REFERENCES driver, account text NOT NULL REFERENCES account, phone text NOT NULL,
  code text NOT NULL, created @int NOT NULL, expires @int NOT NULL, tries @int NOT NULL
);
CREATE TABLE opt_out (account text NOT NULL REFERENCES account, address text NOT NULL, at @int NOT NULL,
  PRIMARY KEY (account, address)
);
CREATE TABLE template (
  account text NOT NULL REFERENCES account, kind text NOT NULL, language text NOT NULL, subject text, text text, sms text,
  updated @int NOT NULL, PRIMARY KEY (account, kind, language)
);
ALTER TABLE driver ADD COLUMN code text;
ALTER TABLE driver ADD COLUMN code_hash text;
CREATE UNIQUE INDEX driver_code ON driver (account, code_hash);

INSERT INTO meta (name, value) VALUES ('schema', '2');
INSERT INTO account (id, name, region, settings, created, events) VALUES
  ('main', 'Depot', 'NL', '{}', 1700000000000, 1), ('acc_2', 'Depot Berlin', 'DE', '{}', 1700000000000, 0);
INSERT INTO token (id, account, name, hash, scopes, created) VALUES ('tok_1', 'main', 'script', 'aa', 'admin', 1700000000000);
INSERT INTO site (id, account, name, timezone, language, phone) VALUES
  ('site_1', 'main', 'Yard', 'Europe/Amsterdam', 'nl', '+31201234567');
INSERT INTO box (id, account, site, name, created, enrolments, enrolled, revision, dirty, known_epoch, known_rev, known_at,
  box_epoch, seq, head, link, link_since) VALUES
  ('box_1', 'main', 'site_1', 'Gate', 1700000000000, 1, 1700000000000, 3, 0, 1, 3, 1700000003000, 1, 1, 'bb', 'lost', 1700000009000);
INSERT INTO key (id, account, name, box, slot, place, place_slot, place_since, created) VALUES
  ('key_1', 'main', 'Van 1', 'box_1', 1, 'in', 1, 1700000001000, 1700000000000);
INSERT INTO key_word (account, word, key) VALUES ('main', 'van', 'key_1');
INSERT INTO driver (id, account, name, email, phone, phone_opens, language, created) VALUES
  ('drv_1', 'main', 'Anna Müller', 'anna@example.org', '+31612345678', 1, 'de', 1700000000000);
INSERT INTO booking (id, account, key, box, driver, start, "end", reuse, code, code_hash, origin, trace, created, updated, rev,
  on_box, sent) VALUES ('bok_1', 'main', 'key_1', 'box_1', 'drv_1', 1700000002000, 1700003602000, 1, 'sealed', 'cc', 'fleetio',
  'dd', 1700000002000, 1700000002000, 3, 1700000003000, 1700000002500);
INSERT INTO record (box, id, kind, subject, rev, dropped) VALUES ('box_1', 'bok_1', 'booking', 'bok_1', 3, 0);
INSERT INTO event (box, enrolment, epoch, seq, account, number, at, type, booking, line, stored) VALUES
  ('box_1', 1, 1, 1, 'main', 1, 1700000004000, 'taken', 'bok_1', '{"seq":1}', 1700000005000);
INSERT INTO command (id, account, box, who, why, body, created, not_after) VALUES
  ('cmd_1', 'main', 'box_1', 'admin', 'test', '{}', 1700000004000, 1700000064000);
INSERT INTO timer (id, kind, subject, due, tries) VALUES
  ('booking:bok_1', 'booking', 'bok_1', 1700003602000, 0), ('retention:relay', 'retention', 'relay', 1700003600000, 2);
INSERT INTO audit (id, account, at, who, what, subject) VALUES ('aud_1', 'main', 1700000002000, 'admin', 'booking-made', 'bok_1');
INSERT INTO problem (id, account, kind, subject, detail, since, cleared) VALUES
  ('prb_1', 'main', 'box-lost', 'box_1', 'Gate is away.', 1700000009000, NULL);
INSERT INTO integration (id, account, kind, label, base_url, api_key, account_token, settings, state, created) VALUES
  ('int_1', 'main', 'fleetio', 'Fleetio', 'https://secure.fleetio.com/api', 'sealed', 'sealed', '{}', 'connected', 1700000000000);
INSERT INTO vehicle (integration, id, account, name, plate, archived, sample, seen, gone, key, mode) VALUES
  ('int_1', '7', 'main', 'Van 1', 'AB-12', 0, 0, 1700000000000, 0, 'key_1', 'automatic');
INSERT INTO contact (integration, id, account, driver, name, email, archived, fetched) VALUES
  ('int_1', '9', 'main', 'drv_1', 'Anna Müller', 'anna@example.org', 0, 1700000000000);
INSERT INTO assignment (integration, id, account, vehicle, contact, started, updated, deleted, first_seen, booking, trace,
  telling, fields_due, fields_tries, fields_restored, open) VALUES
  ('int_1', '11', 'main', '7', '9', 1700000002000, 1700000002000, 0, 1700000002000, 'bok_1', 'dd', 'access', 1700000006000, 1, 0, 1);
INSERT INTO webhook_event (integration, id, account, event, subject, received, payload, state, tries, due) VALUES
  ('int_1', 'ev_1', 'main', 'vehicle_assignment_created', '11', 1700000002000, '{}', 'new', 1, 1700000007000);
INSERT INTO message (id, account, booking, driver, channel, kind, language, address, data, created, due, state, tries) VALUES
  ('msg_1', 'main', 'bok_1', 'drv_1', 'mail', 'access', 'de', 'sealed', 'sealed', 1700000003000, 1700000003000, 'waiting', 1);
INSERT INTO link (hash, account, booking, driver, created, revoked, token) VALUES
  ('ee', 'main', 'bok_1', 'drv_1', 1700000003000, 0, 'sealed');
INSERT INTO phone_check (driver, account, phone, code, created, expires, tries) VALUES
  ('drv_1', 'main', '+31687654321', 'sealed', 1700000003000, 1700000603000, 0);
