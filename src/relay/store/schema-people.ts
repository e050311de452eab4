/** People who look after an account, their sessions in a browser, and the links by which they choose a password. */
export const people = `
CREATE TABLE person (
  id text PRIMARY KEY, account text NOT NULL REFERENCES account, name text NOT NULL, email text NOT NULL,
  role text NOT NULL CHECK (role IN ('administrator', 'operator', 'auditor')), language text NOT NULL, password text,
  created @int NOT NULL, disabled @int, seen @int
);
CREATE UNIQUE INDEX person_email ON person (email, account);
CREATE INDEX person_account ON person (account, id);
CREATE TABLE session (
  id text PRIMARY KEY, account text NOT NULL REFERENCES account, person text REFERENCES person, token text,
  hash text NOT NULL, created @int NOT NULL, used @int NOT NULL, proved @int NOT NULL, agent text NOT NULL
);
CREATE UNIQUE INDEX session_hash ON session (hash);
CREATE INDEX session_person ON session (person, id);
CREATE INDEX session_used ON session (used);
CREATE TABLE person_link (
  hash text PRIMARY KEY, account text NOT NULL REFERENCES account, person text NOT NULL REFERENCES person,
  kind text NOT NULL CHECK (kind IN ('invitation', 'reset')), created @int NOT NULL, expires @int NOT NULL, used @int
);
CREATE INDEX person_link_person ON person_link (person);
CREATE INDEX person_link_expires ON person_link (expires);
`;
