/** How people sign in in two steps: the secret of their app, and the codes for who has lost it. */
export const secondFactor = `
CREATE TABLE second_factor (
  person text PRIMARY KEY REFERENCES person, account text NOT NULL REFERENCES account, secret text NOT NULL,
  created @int NOT NULL, since @int, step @int NOT NULL, wrong @int NOT NULL
);
CREATE TABLE recovery_code (
  person text NOT NULL REFERENCES person, hash text NOT NULL, PRIMARY KEY (person, hash)
);
`;
