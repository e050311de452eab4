/** Where a box stands: as its site says, and where that is silent, or there is none, as the box itself does. */
import type { Kysely } from 'kysely';
import { type Region, readRegion, regions } from '../../base/phone-number.ts';
import { countryOfZone, readTimeZone, type TimeZone } from '../../base/time-zone.ts';
import { readAs } from '../../wire/reading.ts';
import { boxPlace } from '../../wire/up.ts';
import type { Tables } from '../store/tables.ts';
import { type MapPoint, pointOf } from './map-point.ts';

export interface Place {
  readonly name: string | null;
  /** Null: nobody has said. */
  readonly zone: TimeZone | null;
  readonly region: Region | null;
  readonly language: string | null;
  /** Whom drivers call. */
  readonly phone: string | null;
  /** Where drivers go, and the same on a map: a site alone says these. */
  readonly address: string | null;
  readonly point: MapPoint | null;
}

/** Columns of a box and of its site, if it has one. */
interface PlaceColumns {
  readonly told: string | null;
  readonly site_name: string | null;
  readonly site_zone: string | null;
  readonly site_region: string | null;
  readonly site_language: string | null;
  readonly site_phone: string | null;
  readonly address: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
}

/** Reads no box: the base of a query for `PlaceColumns` and whatever else is wanted of boxes. */
export const withPlaces = (db: Kysely<Tables>) =>
  db
    .selectFrom('box')
    .leftJoin('site', 'site.id', 'box.site')
    .select(['box.place as told', 'site.name as site_name', 'site.timezone as site_zone'])
    .select(['site.region as site_region', 'site.language as site_language', 'site.phone as site_phone'])
    .select(['site.address', 'site.latitude', 'site.longitude']);

export function placeOf(columns: PlaceColumns): Place {
  const told = toldPlace(columns.told);
  const siteZone = columns.site_zone === null ? null : readTimeZone(columns.site_zone);
  const ofSite = columns.site_region === null ? null : readRegion(columns.site_region);
  return {
    name: columns.site_name ?? told.name,
    zone: siteZone ?? told.zone,
    region: ofSite ?? regionOfZone(siteZone) ?? told.region ?? regionOfZone(told.zone),
    language: columns.site_language ?? told.language,
    phone: columns.site_phone ?? told.phone,
    address: columns.address,
    point: pointOf(columns),
  };
}

function regionOfZone(zone: TimeZone | null): Region | null {
  const country = zone === null ? null : countryOfZone(zone, regions());
  return country === null ? null : readRegion(country);
}

type ToldPlace = Omit<Place, 'address' | 'point'>;

const nowhere: ToldPlace = { name: null, zone: null, region: null, language: null, phone: null };

/** Each part by itself: what cannot be read of one says nothing against the others. */
function toldPlace(text: string | null): ToldPlace {
  if (text === null) return nowhere;
  const read = readAs(boxPlace, JSON.parse(text));
  if (!read.success) return nowhere;
  const { name, timezone, region, language, phone } = read.output;
  return { name, zone: readTimeZone(timezone), region: readRegion(region), language, phone };
}
