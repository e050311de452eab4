/** All that is told of one booking is found without a look at anything else. */
export const stories = `
ALTER TABLE assignment ADD COLUMN fields_at @int;
CREATE INDEX audit_subject ON audit (account, subject, at);
CREATE INDEX webhook_event_subject ON webhook_event (integration, subject, received) WHERE subject IS NOT NULL;
CREATE INDEX assignment_trace ON assignment (account, trace);
`;
