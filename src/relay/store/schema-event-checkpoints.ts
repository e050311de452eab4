/** Signed checkpoints of a box's journal: the newest of each epoch, and some before it for exports that are under way. */
export const eventCheckpoints = `
CREATE TABLE event_checkpoint (
  box text NOT NULL, enrolment @int NOT NULL, epoch @int NOT NULL, ring @int NOT NULL, account text NOT NULL,
  seq @int NOT NULL, "from" @int NOT NULL, line text NOT NULL, stored @int NOT NULL,
  PRIMARY KEY (box, enrolment, epoch, ring)
);
CREATE INDEX event_checkpoint_stored ON event_checkpoint (account, stored);
`;
