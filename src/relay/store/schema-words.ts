/** Words by which drivers and boxes are found. */
export const searchWords = `
CREATE TABLE word (account text NOT NULL REFERENCES account, kind text NOT NULL, word @bytes NOT NULL, subject text NOT NULL,
  PRIMARY KEY (account, kind, word, subject));
CREATE INDEX word_subject ON word (subject, kind);
`;

/**
 * Those of keys too, which are made anew at the first start (domain/search-words.ts); and keys by where they are, Problems that are
 * over by when they ended.
 */
export const keyLists = `
DROP TABLE key_word;
ALTER TABLE key ADD COLUMN tag_at @int;
DROP INDEX key_name;
CREATE INDEX key_name ON key (account, name, id);
CREATE INDEX key_place ON key (account, place, name, id) WHERE box IS NOT NULL;
CREATE INDEX problem_over ON problem (account, cleared, id) WHERE cleared IS NOT NULL;
`;
