/** The region in which a number was read that nobody had chosen, and that may be a stranger's; null: there is no such doubt. */
export const phoneGuesses = `
ALTER TABLE driver ADD COLUMN phone_guess text;
ALTER TABLE contact ADD COLUMN phone_guess text;
`;
