/** Words by which drivers and boxes are found; those of keys have a table of before. */
export const searchWords = `
CREATE TABLE word (account text NOT NULL REFERENCES account, kind text NOT NULL, word @bytes NOT NULL, subject text NOT NULL,
  PRIMARY KEY (account, kind, word, subject));
CREATE INDEX word_subject ON word (subject, kind);
`;
