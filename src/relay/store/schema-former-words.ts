/** Names, addresses and numbers that a driver had before: sentences of then are found by them when the driver is erased. */
export const formerWords = `
ALTER TABLE driver ADD COLUMN former text;
`;
