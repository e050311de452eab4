/** The audit by when, and by who, which deed and of what. */
export const auditFilters = `
DROP INDEX audit_subject;
CREATE INDEX audit_subject ON audit (account, subject, at, id);
CREATE INDEX audit_who ON audit (account, who, at, id);
CREATE INDEX audit_what ON audit (account, what, at, id);
`;
