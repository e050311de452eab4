import type { Transaction } from 'kysely';
import * as v from 'valibot';
import { assert } from '../../base/assert.ts';
import { mustReadAs } from '../../wire/reading.ts';
import { preparedQuery } from '../store/prepared-query.ts';
import type { AccountTable, Tables } from '../store/tables.ts';
import { assignmentSettings } from './assignment-settings.ts';
import { audit } from './audit.ts';
import { email, text, timeZone } from './checks.ts';
import type { Context, Reading } from './context.ts';
import { notFound } from './faults.ts';
import type { FollowedContext } from './followers.ts';
import { newId } from './ids.ts';
import { notifySettings } from './notify-settings.ts';
import { regionOf } from './phone.ts';
import { clearOpen } from './problems.ts';

const days = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(36_500));

/** The settings of an account, each with its default. */
export const settingsShape = v.object({
  /** Drivers without a booking for so long are erased; null: never. */
  driverDays: v.optional(v.nullable(days), null),
  /** Events are kept so long; null: for ever. */
  eventDays: v.optional(v.nullable(days), null),
  /** The audit of administrators is kept so long. */
  auditDays: v.optional(days, 3_650),
  /** A driver has one code for all bookings, instead of a new one each time: whoever has seen it can take their next key. */
  sameCode: v.optional(v.boolean(), false),
  /** Of what belongs to no place; null: as the first box's place has it. */
  timezone: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(64))), null),
  /** The list of what is left until the first driver takes a key. */
  goingLive: v.optional(v.picklist(['shown', 'hidden']), 'shown'),
  notify: v.optional(notifySettings, {}),
  assignments: v.optional(assignmentSettings, {}),
});
export type Settings = v.InferOutput<typeof settingsShape>;
/** Sections too are changed member by member. */
type SettingsPatch = {
  readonly [Name in keyof Settings]?:
    | (Settings[Name] extends object
        ? { readonly [M in keyof Settings[Name]]?: Settings[Name][M] | undefined }
        : Settings[Name])
    | undefined;
};

/** The account that exists from the first start (contracts.md §4). */
export const firstAccount = 'main';

/** Makes the first account where there is none yet; says whether it did. */
export async function ensureFirstAccount(tx: Transaction<Tables>, now: number): Promise<boolean> {
  const row = {
    id: firstAccount,
    name: 'Main',
    region: 'NL',
    region_chosen: 0,
    settings: '{}',
    created: now,
    events: 0,
  } as const;
  const made = await tx
    .insertInto('account')
    .values(row)
    .onConflict(on => on.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  return made !== undefined;
}

interface NewAccount {
  readonly name: string;
  /** ISO 3166-1 alpha-2: how its phone numbers are read. */
  readonly region: string;
  /** False: it is only what an account begins with. True where absent. */
  readonly isRegionChosen?: boolean | undefined;
}

/** Another tenant; `context.account` is only who asks. */
export async function createAccount(context: Context, input: NewAccount): Promise<{ readonly id: string }> {
  const { tx, now } = context;
  const id = newId('acc', context);
  const name = text('name', input.name, 100);
  const region = regionOf('region', input.region);
  await tx
    .insertInto('account')
    .values({
      ...{ id, name, region, settings: '{}', created: now, events: 0 },
      region_chosen: input.isRegionChosen === false ? 0 : 1,
    })
    .execute();
  await audit({ ...context, account: id }, 'account-created', id);
  return { id };
}

export interface AccountView {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly settings: Settings;
}

export async function accountView({ tx, account }: Reading): Promise<AccountView> {
  const row = await tx.selectFrom('account').selectAll().where('id', '=', account).executeTakeFirst();
  if (row === undefined) throw notFound('account', account);
  return { id: row.id, name: row.name, region: row.region, settings: settingsOf(row) };
}

export const settingsOf = ({ settings }: Pick<AccountTable, 'settings'>): Settings =>
  mustReadAs(settingsShape, JSON.parse(settings));

export async function accountSettings({ tx, account }: Reading): Promise<Settings> {
  const [row] = await settingsRow(tx, account);
  assert(row !== undefined, `there is no account ${account}`);
  return settingsOf(row);
}

const settingsRow = preparedQuery((db, account: string) =>
  db.selectFrom('account').select('settings').where('id', '=', account),
);

interface AccountPatch {
  readonly name?: string | undefined;
  readonly region?: string | undefined;
  readonly settings?: SettingsPatch | undefined;
}

export async function changeAccount(context: FollowedContext, patch: AccountPatch): Promise<AccountView> {
  const { tx, account } = context;
  const before = await accountView(context);
  const after = {
    name: patch.name === undefined ? before.name : text('name', patch.name, 100),
    region: patch.region === undefined ? before.region : regionOf('region', patch.region),
    ...(patch.region === undefined ? {} : { region_chosen: 1 as const }),
    settings: JSON.stringify(
      mustReadAs(settingsShape, merged(before.settings, checkedPatch(patch.settings))),
    ),
  };
  await tx.updateTable('account').set(after).where('id', '=', account).execute();
  if (patch.region !== undefined) await readNumbersAgain(context, before.region === after.region);
  await audit(context, 'account-changed', account, Object.keys(patch).join(' '));
  return accountView(context);
}

/** Numbers that were read in a region that nobody had chosen: it is the right one, or they are read again. */
async function readNumbersAgain(context: FollowedContext, isAsBefore: boolean): Promise<void> {
  const { tx, account, now, followers } = context;
  if (isAsBefore)
    await clearOpen(tx, now, eb => eb.and([eb('account', '=', account), eb('kind', '=', 'phone-region')]));
  else for (const { regionChanged } of followers) await regionChanged?.(context);
}

function checkedPatch(given: SettingsPatch = {}): SettingsPatch {
  const zone = given.timezone;
  const patch = zone == null ? given : { ...given, timezone: timeZone('settings.timezone', zone) };
  const admins = patch.notify?.admins?.map(each => email('settings.notify.admins', each));
  return admins === undefined ? patch : { ...patch, notify: { ...patch.notify, admins } };
}

function merged(before: Settings, patch: SettingsPatch): object {
  const given = Object.entries(patch).filter(([, value]) => value !== undefined);
  const isSection = (value: unknown): value is object =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const whole = given.map(([name, value]) => {
    const old = before[name as keyof Settings];
    if (!isSection(value) || !isSection(old)) return [name, value];
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return [name, { ...old, ...Object.fromEntries(members) }];
  });
  return { ...before, ...Object.fromEntries(whole) };
}
