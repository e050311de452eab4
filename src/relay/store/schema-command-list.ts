/** Commands of a box are listed by when they were asked, the newest first. */
export const commandList = `
DROP INDEX command_box;
CREATE INDEX command_box ON command (box, created, id);
`;
