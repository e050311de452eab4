/** Where boxes stand, as sites say or else the boxes themselves, and who chose the region by which numbers are read. */
export const places = `
ALTER TABLE account ADD COLUMN region_chosen @int NOT NULL DEFAULT 0;
UPDATE account SET region_chosen = 1 WHERE region <> 'NL';
ALTER TABLE site ADD COLUMN region text;
ALTER TABLE box ADD COLUMN place text;
ALTER TABLE contact ADD COLUMN phone_region text;
`;
