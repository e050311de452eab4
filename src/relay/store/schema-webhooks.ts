/**
 * Addresses that an account has its news sent to; what was told them, and how far the account's news have been read. Accounts in
 * `followed` have somebody who wants to hear of every booking.
 */
export const webhooks = `
CREATE TABLE followed (account text PRIMARY KEY REFERENCES account);
CREATE TABLE webhook (
  id text PRIMARY KEY, account text NOT NULL REFERENCES account, name text NOT NULL, address text NOT NULL, types text NOT NULL,
  names @int NOT NULL, state text NOT NULL CHECK (state IN ('on', 'off', 'disabled')), secret text NOT NULL, old_secret text,
  old_until @int, created @int NOT NULL, failing @int, tries @int NOT NULL, resting @int
);
CREATE INDEX webhook_account ON webhook (account, id);
CREATE TABLE webhook_feed (
  account text PRIMARY KEY REFERENCES account, number @int NOT NULL, event @int NOT NULL, told text NOT NULL
);
CREATE TABLE webhook_delivery (
  webhook text NOT NULL REFERENCES webhook, number @int NOT NULL, id text NOT NULL, type text NOT NULL, subject text NOT NULL,
  at @int NOT NULL, made @int NOT NULL, data text NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'taken', 'given-up')), tries @int NOT NULL, tried @int, outcome text, status @int,
  PRIMARY KEY (webhook, number)
);
CREATE INDEX webhook_delivery_waiting ON webhook_delivery (webhook, number) WHERE state = 'waiting';
CREATE INDEX webhook_delivery_made ON webhook_delivery (made);
`;
