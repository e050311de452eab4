import type { SiteTable } from '../store/tables.ts';
import { audit } from './audit.ts';
import { dialled, type Page, pageSize, text, timeZone } from './checks.ts';
import type { Context, Reading } from './context.ts';
import { badInput, conflict, notFound } from './faults.ts';
import { newId } from './ids.ts';
import { degree, type MapPoint, pointOf } from './map-point.ts';
import { regionOf } from './phone.ts';

interface NewSite {
  readonly name: string;
  /** IANA name, `Europe/Amsterdam`. */
  readonly timezone: string;
  /** `nl`, `en`. */
  readonly language: string;
  /** Whom drivers call. */
  readonly phone?: string | null | undefined;
  /** ISO 3166-1 alpha-2: how phone numbers are read there; null: as the zone says. */
  readonly region?: string | null | undefined;
  /** Where drivers go, on one line. */
  readonly address?: string | null | undefined;
  /** The same on a map. */
  readonly point?: MapPoint | null | undefined;
}

type SitePatch = { readonly [Name in keyof NewSite]?: NewSite[Name] | undefined };
type SiteView = Omit<SiteTable, 'account' | 'latitude' | 'longitude'> & { readonly point: MapPoint | null };

function shown({ latitude, longitude, ...rest }: Omit<SiteTable, 'account'>): SiteView {
  return { ...rest, point: pointOf({ latitude, longitude }) };
}

export async function createSite(context: Context, input: NewSite): Promise<{ readonly id: string }> {
  const { tx, account } = context;
  const id = newId('s', context);
  await tx
    .insertInto('site')
    .values({ id, account, ...checked({ phone: null, region: null, ...input }) })
    .execute();
  await audit(context, 'site-created', id);
  return { id };
}

export async function changeSite(context: Context, id: string, patch: SitePatch): Promise<SiteView> {
  const { tx } = context;
  const before = await siteView(context, id);
  const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
  await tx
    .updateTable('site')
    .set(checked({ ...before, ...given }))
    .where('id', '=', id)
    .execute();
  await audit(context, 'site-changed', id, Object.keys(given).join(' '));
  return siteView(context, id);
}

function checked(site: NewSite): Omit<SiteTable, 'id' | 'account'> {
  const timezone = timeZone('timezone', site.timezone);
  const language = text('language', site.language, 8).toLowerCase();
  if (!/^[a-z]{2,3}$/.test(language)) throw badInput('language', 'must be a code such as nl');
  const region = site.region == null ? null : regionOf('region', site.region);
  const phone = site.phone == null ? null : dialled('phone', site.phone, 32);
  const address = site.address == null ? null : text('address', site.address, 120);
  const placed = { address, ...pointIn(site.point ?? null) };
  return { name: text('name', site.name, 64), timezone, language, phone, region, ...placed };
}

function pointIn(point: MapPoint | null): Pick<SiteTable, 'latitude' | 'longitude'> {
  if (point === null) return { latitude: null, longitude: null };
  const { latitude, longitude } = point;
  if (!(Math.abs(latitude) <= 90)) throw badInput('point.latitude', 'must be from -90 to 90');
  if (!(Math.abs(longitude) <= 180)) throw badInput('point.longitude', 'must be from -180 to 180');
  return { latitude: Math.round(latitude * degree), longitude: Math.round(longitude * degree) };
}

const columns = [
  ...(['id', 'name', 'timezone', 'language', 'phone', 'region'] as const),
  ...(['address', 'latitude', 'longitude'] as const),
] as const;

/** Only one that no box is in. */
export async function deleteSite(context: Context, id: string): Promise<void> {
  const { tx } = context;
  await siteView(context, id);
  const box = await tx.selectFrom('box').select('id').where('site', '=', id).executeTakeFirst();
  if (box !== undefined)
    throw conflict(`box ${box.id} is in this site`, 'Move its boxes to another site first.');
  await tx.deleteFrom('site').where('id', '=', id).execute();
  await audit(context, 'site-deleted', id);
}

export async function siteView({ tx, account }: Reading, id: string): Promise<SiteView> {
  const row = await tx
    .selectFrom('site')
    .select(columns)
    .where('id', '=', id)
    .where('account', '=', account)
    .executeTakeFirst();
  if (row === undefined) throw notFound('site', id);
  return shown(row);
}

export async function listSites({ tx, account }: Reading, page: Page): Promise<readonly SiteView[]> {
  let query = tx.selectFrom('site').select(columns).where('account', '=', account);
  if (page.after !== null) query = query.where('id', '>', page.after);
  return (await query.orderBy('id').limit(pageSize(page)).execute()).map(shown);
}
