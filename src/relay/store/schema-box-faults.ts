/** Faults of boxes as Problems, and what a box last told of itself. */
export const boxFaults = `
ALTER TABLE problem ADD COLUMN box text;
ALTER TABLE problem ADD COLUMN slot @int;
ALTER TABLE problem ADD COLUMN key text;
ALTER TABLE problem ADD COLUMN device text;
ALTER TABLE problem ADD COLUMN count @int NOT NULL DEFAULT 1;
ALTER TABLE problem ADD COLUMN fades @int;
ALTER TABLE problem ADD COLUMN told @int;
ALTER TABLE problem ADD COLUMN acknowledged text;
CREATE INDEX problem_box ON problem (box, cleared) WHERE box IS NOT NULL;
CREATE INDEX problem_fades ON problem (account, fades) WHERE cleared IS NULL AND fades IS NOT NULL;
CREATE INDEX problem_told ON problem (account, told) WHERE told IS NOT NULL;
CREATE TABLE box_state (
  box text PRIMARY KEY REFERENCES box, heard @int NOT NULL, at @int NOT NULL, document text NOT NULL
);
CREATE INDEX box_lost ON box (account, link_since) WHERE link = 'lost';
`;
