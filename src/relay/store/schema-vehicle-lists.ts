/** Lists of vehicles by what they have and whom they ask. */
export const vehicleLists = `
CREATE INDEX vehicle_linked ON vehicle (integration, name, id) WHERE key IS NOT NULL;
CREATE INDEX vehicle_mode ON vehicle (integration, mode, name, id) WHERE key IS NOT NULL;
CREATE INDEX vehicle_without_key ON vehicle (integration, name, id)
  WHERE key IS NULL AND archived = 0 AND gone = 0 AND sample = 0;
CREATE INDEX assignment_asked ON assignment (integration, vehicle) WHERE prompted IS NOT NULL;
`;
