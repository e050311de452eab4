/** Where drivers go: the address of a site, and its place on a map in millionths of a degree. */
export const sitePoints = `
ALTER TABLE site ADD COLUMN address text;
ALTER TABLE site ADD COLUMN latitude @int;
ALTER TABLE site ADD COLUMN longitude @int;
`;
