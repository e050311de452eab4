import { type CountryCode, getCountryCallingCode } from 'libphonenumber-js/min';
import { codeRestMs, digitsNeeded } from '../../base/code-strength.ts';
import { drawCodes } from '../core/code.ts';
import type { BookingTable, BoxTable } from '../store/tables.ts';
import { slotsOf } from './boxes.ts';
import type { Context } from './context.ts';
import { conflict } from './faults.ts';

/** Drawn at a time: with eight digits the first is as good as always free. */
const drawn = 3;
/** After so many rounds nearly every code of this length must be taken. */
const roundsMax = 40;

export interface NewCode {
  /** Encrypted. */
  readonly code: string;
  readonly code_hash: string;
}

export const codeHash = ({ atRest }: Context, box: string, code: string): string =>
  atRest.hash('code', `${box}\n${code}`);

/**
 * A code for a booking on this box (rules.md 19): long enough for its slots, never trivial, never a phone of the account,
 * never one that is in use there or was in the last 90 days.
 * @throws Fault `conflict` when no code is left, which is only possible by design of an attacker
 */
export async function newCode(context: Context, box: BoxTable, booking: string): Promise<NewCode> {
  const digits = digitsNeeded(await slotCount(context, box));
  for (let round = 0; round < roundsMax; round += 1) {
    const [free] = await drawnFor(context, box.id, digits);
    if (free === undefined) continue;
    return {
      code: context.atRest.seal('code', booking, free),
      code_hash: codeHash(context, box.id, free),
    };
  }
  throw conflict(`no code is free on box ${box.id}`, 'Cancel bookings of it that nobody needs.');
}

/** Codes that were drawn just now and are free on this box; perhaps none. */
export async function drawnFor(context: Context, box: string, digits: number): Promise<readonly string[]> {
  const region = await regionOfAccount(context);
  const codes = drawCodes(digits, drawn, context.random);
  const taken = await takenOf(context, { box, region, codes });
  return codes.filter(code => !taken.has(code));
}

/** Under which the code of a driver is known in the account. */
export const driverCodeHash = (
  { atRest, account }: Pick<Context, 'atRest' | 'account'>,
  code: string,
): string => atRest.hash('code', `driver\n${account}\n${code}`);

/** Codes usable at one time, one a slot. */
export async function slotCount({ tx }: Context, box: BoxTable): Promise<number> {
  const slots = slotsOf(box);
  if (slots !== null) return slots.length;
  const { count } = await tx
    .selectFrom('key')
    .select(eb => eb.fn.countAll<number>().as('count'))
    .where('box', '=', box.id)
    .executeTakeFirstOrThrow();
  return Number(count);
}

async function regionOfAccount({ tx, account }: Context): Promise<CountryCode> {
  const { region } = await tx
    .selectFrom('account')
    .select('region')
    .where('id', '=', account)
    .executeTakeFirstOrThrow();
  return region as CountryCode;
}

interface Candidates {
  readonly box: string;
  readonly region: CountryCode;
  readonly codes: readonly string[];
}

async function takenOf(context: Context, { box, region, codes }: Candidates): Promise<ReadonlySet<string>> {
  const { tx, account } = context;
  const byHash = new Map(codes.map(code => [codeHash(context, box, code), code]));
  const byDriver = new Map(codes.map(code => [driverCodeHash(context, code), code]));
  const byPhone = new Map(codes.flatMap(code => typedAs(code, region).map(phone => [phone, code] as const)));
  const rows = await tx
    .selectFrom('booking')
    .select('code_hash as found')
    .where('box', '=', box)
    .where('code_hash', 'in', [...byHash.keys()])
    .unionAll(eb =>
      eb
        .selectFrom('spent_code')
        .select('hash as found')
        .where('box', '=', box)
        .where('hash', 'in', [...byHash.keys()]),
    )
    .unionAll(eb =>
      eb
        .selectFrom('driver')
        .select('phone as found')
        .where('account', '=', account)
        .where('phone', 'in', [...byPhone.keys()]),
    )
    .unionAll(eb =>
      eb
        .selectFrom('driver')
        .select('code_hash as found')
        .where('account', '=', account)
        .where('code_hash', 'in', [...byDriver.keys()]),
    )
    .execute();
  const known = new Map([...byHash, ...byPhone, ...byDriver]);
  return new Set(rows.map(({ found }) => known.get(found ?? '') ?? ''));
}

/** Every number, E.164, that a keypad could take these digits for: with its country code, without, with a trunk prefix of up to two digits. */
function typedAs(digits: string, region: CountryCode): readonly string[] {
  const country = getCountryCallingCode(region);
  return [
    `+${digits}`,
    `+${digits.slice(2)}`,
    ...[0, 1, 2].map(trunk => `+${country}${digits.slice(trunk)}`),
  ];
}

/** The row without its code, which rests 90 days: nobody on this box gets it meanwhile. */
export async function wiped({ tx, now }: Context, row: BookingTable): Promise<BookingTable> {
  if (row.code_hash !== null) {
    const until = now + codeRestMs;
    await tx
      .insertInto('spent_code')
      .values({ box: row.box, hash: row.code_hash, until })
      .onConflict(on => on.columns(['box', 'hash']).doUpdateSet({ until }))
      .execute();
  }
  return { ...row, code: null, code_hash: null };
}
