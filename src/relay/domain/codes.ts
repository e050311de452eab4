import type { Kysely } from 'kysely';
import { assert } from '../../base/assert.ts';
import { codeRestMs, digitsNeeded } from '../../base/code-strength.ts';
import { type Region, readRegion, typedAs } from '../../base/phone-number.ts';
import { drawCodes } from '../core/code.ts';
import { preparedQuery } from '../store/prepared-query.ts';
import type { BookingTable, BoxTable, Tables } from '../store/tables.ts';
import { slotsOf } from './boxes.ts';
import type { Context } from './context.ts';
import { conflict } from './faults.ts';

/** Drawn at a time: with eight digits the first is as good as always free. */
const drawn = 3;
/** After so many rounds nearly every code of this length must be taken. */
const roundsMax = 40;

interface NewCode {
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
  const [row] = await keyCount(tx, box.id);
  return Number(row?.count ?? 0);
}

const keyCount = preparedQuery((tx, box: string) =>
  tx
    .selectFrom('key')
    .select(eb => eb.fn.countAll<number>().as('count'))
    .where('box', '=', box),
);

async function regionOfAccount({ tx, account }: Context): Promise<Region> {
  const [row] = await regionRow(tx, account);
  const read = readRegion(row?.region ?? '');
  assert(read !== null, 'an account has the region of a known plan');
  return read;
}

const regionRow = preparedQuery((tx, account: string) =>
  tx.selectFrom('account').select('region').where('id', '=', account),
);

interface Candidates {
  readonly box: string;
  readonly region: Region;
  readonly codes: readonly string[];
}

async function takenOf(context: Context, { box, region, codes }: Candidates): Promise<ReadonlySet<string>> {
  const { tx, account } = context;
  const byHash = new Map(codes.map(code => [codeHash(context, box, code), code]));
  const byDriver = new Map(codes.map(code => [driverCodeHash(context, code), code]));
  const byPhone = new Map(codes.flatMap(code => typedAs(code, region).map(phone => [phone, code] as const)));
  const [hashes, phones, drivers] = [[...byHash.keys()], [...byPhone.keys()], [...byDriver.keys()]];
  const query = takenAmong(hashes.length, phones.length);
  const rows = await query(tx, box, account, ...hashes, ...phones, ...drivers);
  const known = new Map([...byHash, ...byPhone, ...byDriver]);
  return new Set(rows.map(({ found }) => known.get(found ?? '') ?? ''));
}

type TakenQuery = (db: Kysely<Tables>, ...values: string[]) => Promise<readonly { found: string | null }[]>;
const takenQueries = new Map<string, TakenQuery>();

/** By how many codes there are, and how many ways they have of being a phone: few of either. */
function takenAmong(codes: number, phones: number): TakenQuery {
  const name = `${codes} ${phones}`;
  const known = takenQueries.get(name);
  if (known !== undefined) return known;
  const query = preparedQuery((tx, box: string, account: string, ...values: string[]) => {
    const hashes = values.slice(0, codes);
    const ofDrivers = values.slice(codes + phones);
    return tx
      .selectFrom('booking')
      .select('code_hash as found')
      .where('box', '=', box)
      .where('code_hash', 'in', hashes)
      .unionAll(eb =>
        eb
          .selectFrom('spent_code')
          .select('hash as found')
          .where('box', '=', box)
          .where('hash', 'in', hashes),
      )
      .unionAll(eb =>
        eb
          .selectFrom('driver')
          .select('phone as found')
          .where('account', '=', account)
          .where('phone', 'in', values.slice(codes, codes + phones)),
      )
      .unionAll(eb =>
        eb
          .selectFrom('driver')
          .select('code_hash as found')
          .where('account', '=', account)
          .where('code_hash', 'in', ofDrivers),
      );
  });
  takenQueries.set(name, query);
  return query;
}

/** The row without its code, which rests 90 days: nobody on this box gets it meanwhile. */
export async function wiped({ tx, now }: Context, row: BookingTable): Promise<BookingTable> {
  if (row.code_hash !== null) {
    const until = now + codeRestMs;
    await rest(tx, row.box, row.code_hash, until);
  }
  return { ...row, code: null, code_hash: null };
}

const rest = preparedQuery((tx, box: string, hash: string, until: number) =>
  tx
    .insertInto('spent_code')
    .values({ box, hash, until })
    .onConflict(on => on.columns(['box', 'hash']).doUpdateSet({ until })),
);
