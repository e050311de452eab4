/** How grave a Problem is, by which lists of them are sorted, and who put it off until when; the grades are those of its day. */
export const problemGrades = `
ALTER TABLE problem ADD COLUMN grade @int NOT NULL DEFAULT 1;
ALTER TABLE problem ADD COLUMN snoozed_until @int;
ALTER TABLE problem ADD COLUMN snoozed_why text;
ALTER TABLE problem ADD COLUMN snoozed_by text;
CREATE INDEX problem_grade ON problem (account, grade, since, id) WHERE cleared IS NULL;
CREATE INDEX problem_kind ON problem (account, kind, since, id);
`;

/** Rows as older programs wrote them, for the grades of now: each statement may run again. */
export const regraded: readonly string[] = [
  `UPDATE problem SET grade = 0 WHERE kind IN (
  'box-dark', 'jammed', 'door-forced', 'tamper', 'reader-lost', 'power-low', 'clock-untrusted', 'storage-degraded',
  'box-full', 'key-missing', 'box-replaced', 'box-twins', 'mail-down', 'sms-down', 'fleetio-unauthorized',
  'disk-low', 'certificate-ends-now', 'certificate-untrusted')`,
  `UPDATE problem SET grade = 2 WHERE kind IN (
  'phone-replaced', 'box-restarted', 'message-opted-out', 'access-asked', 'vehicle-unused', 'booking-to-confirm',
  'phone-shared', 'contact-archived')`,
  `UPDATE account SET settings = replace(replace(replace(settings, '"faults":"urgent"', '"faults":"stops-people"'),
  '"faults":"warning"', '"faults":"will-stop-people"'), '"faults":"notice"', '"faults":"tidy-up"')`,
];
