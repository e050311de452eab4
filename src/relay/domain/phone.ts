/** Phone numbers as people write them, in the region of the place where they are wanted. */
import type { Kysely } from 'kysely';
import { type PhoneNumber, type Region, readPhone, readRegion } from '../../base/phone-number.ts';
import type { Tables } from '../store/tables.ts';
import type { Context, Reading } from './context.ts';
import { badInput } from './faults.ts';
import { placeOf, withPlaces } from './places.ts';
import { clearProblem, type ProblemName, raiseProblem } from './problems.ts';

/** @throws Fault `bad-input` where no numbering plan is known for it */
export function regionOf(where: string, region: string): Region {
  const read = readRegion(region);
  if (read !== null) return read;
  throw badInput(
    where,
    `no numbering plan is known for region ${region.slice(0, 10)}`,
    'Give a country such as NL.',
  );
}

/** How numbers without a country code are read. */
export interface NumberHome {
  readonly region: Region;
  /** Somebody has said so: of the place, of the account, or the box of itself. */
  readonly isChosen: boolean;
}

export interface ReadNumber {
  readonly number: PhoneNumber;
  /** The region that had to say the country code; null: the text has it. */
  readonly by: Region | null;
  /** That region was chosen by nobody: the number may be a stranger's. */
  readonly isGuess: boolean;
}

/** @throws Fault `bad-input` */
export function phoneNumber(where: string, value: string, home: NumberHome): ReadNumber {
  const reading = readPhone(value, home.region);
  if (reading.is === 'read') {
    const { number, by } = reading;
    return { number, by, isGuess: by !== null && !home.isChosen };
  }
  throw badInput(
    where,
    `is no phone number: it ${reading.why}`,
    'Write it with its country code, such as +31612345678.',
  );
}

/** Of the box of a key, else of the account. */
export async function homeOfKey(reading: Reading, key: string | null): Promise<NumberHome> {
  const row =
    key === null
      ? undefined
      : await withPlaces(reading.tx)
          .innerJoin('key', 'key.box', 'box.id')
          .where('key.account', '=', reading.account)
          .where(eb => eb.or([eb('key.id', '=', key), eb('key.name', '=', key)]))
          .executeTakeFirst();
  const region = row === undefined ? null : placeOf(row).region;
  return region === null ? await homeOfAccount(reading) : { region, isChosen: true };
}

/** Boxes that are looked at: a fleet of many has long chosen its region. */
const boxesMax = 200;

/** As the account has chosen; else the one region in which all its boxes stand; else nobody’s choice. */
export async function homeOfAccount({ tx, account }: Reading): Promise<NumberHome> {
  const row = await accountRow(tx, account);
  const own = regionOf('region', row.region);
  if (row.region_chosen === 1) return { region: own, isChosen: true };
  const boxes = await withPlaces(tx).where('box.account', '=', account).limit(boxesMax).execute();
  const [only, ...others] = new Set(boxes.map(box => placeOf(box).region).filter(region => region !== null));
  return only !== undefined && others.length === 0
    ? { region: only, isChosen: true }
    : { region: own, isChosen: false };
}

const accountRow = (tx: Kysely<Tables>, account: string) =>
  tx
    .selectFrom('account')
    .select(['region', 'region_chosen'])
    .where('id', '=', account)
    .executeTakeFirstOrThrow();

/** Says, or no longer says, that a number may be a stranger's. */
export async function notePhoneGuess(
  context: Context,
  subject: string,
  read: ReadNumber | null,
): Promise<void> {
  const name: ProblemName = { kind: 'phone-region', subject };
  if (read?.isGuess !== true) return await clearProblem(context, name);
  await raiseProblem(
    context,
    name,
    `a phone number without country code was read as one of ${read.by}, a region that nobody chose: no SMS goes there until somebody chooses the region in the settings, gives the box a site, or writes the number with its country code`,
  );
}
