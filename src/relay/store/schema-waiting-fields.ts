/** Since when fields wait to be written, and the list of those that do, next one first. */
export const waitingFields = `
ALTER TABLE assignment ADD COLUMN fields_since @int;
DROP INDEX assignment_fields;
CREATE INDEX assignment_fields ON assignment (integration, fields_due, id) WHERE fields_due IS NOT NULL;
`;
