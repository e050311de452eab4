/**
 * Events by what they are about and when it happened, for lists of which only a part is read. An instant of a box whose clock is
 * ahead counts as that of its arrival, so that nothing stands above what happened since.
 */
export const eventFilters = `
ALTER TABLE event ADD COLUMN key text;
ALTER TABLE event ADD COLUMN slot @int;
ALTER TABLE event ADD COLUMN driver text;
UPDATE event SET at = CASE WHEN at > stored THEN stored ELSE at END, key = @member(line, key),
  slot = cast(@member(line, slot) AS @int),
  driver = CASE WHEN @member(line, who) LIKE 'd^_%' ESCAPE '^' THEN @member(line, who) END;
CREATE INDEX event_at ON event (account, at, number);
CREATE INDEX event_box_at ON event (box, at, number);
CREATE INDEX event_type ON event (account, type, at, number);
CREATE INDEX event_key ON event (account, key, at, number) WHERE key IS NOT NULL;
CREATE INDEX event_driver ON event (account, driver, at, number) WHERE driver IS NOT NULL;
`;
