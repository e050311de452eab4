import type { SiteTable } from '../store/tables.ts';

/** In degrees; kept to the millionth, which is a hand's breadth. */
export interface MapPoint {
  readonly latitude: number;
  readonly longitude: number;
}

/** Millionths of one are kept. */
export const degree = 1_000_000;

export const pointOf = ({
  latitude,
  longitude,
}: Pick<SiteTable, 'latitude' | 'longitude'>): MapPoint | null =>
  latitude === null || longitude === null
    ? null
    : { latitude: latitude / degree, longitude: longitude / degree };
