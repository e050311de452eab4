/** Tables of a fleet's own system and of messages to people: the second step of the schema. */
export const fleetioAndNotify = `
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
`;

/** An account that is taken away goes piece by piece. */
export const integrationDeletion = `
ALTER TABLE integration ADD COLUMN deletion text;
`;
