/** The code of a booking: one of its own or, where the account has it so, that of its driver, the same every time. */
import { codeRestMs, digitsNeeded } from '../../base/code-strength.ts';
import type { BoxTable, DriverTable } from '../store/tables.ts';
import { accountSettings } from './accounts.ts';
import { codeHash, drawnFor, driverCodeHash, newCode, slotCount } from './codes.ts';
import type { Context } from './context.ts';
import { conflict } from './faults.ts';

interface GivenCode {
  /** Encrypted. */
  readonly code: string;
  /** Null: it is the driver's, and unique as that. */
  readonly code_hash: string | null;
}

interface For {
  readonly id: string;
  readonly driver: string | null;
}

/** @throws Fault `conflict` when no code is left */
export async function codeFor(context: Context, box: BoxTable, { id, driver }: For): Promise<GivenCode> {
  if (driver === null || !(await isSame(context))) return newCode(context, box, id);
  const code = await codeOfDriver(context, box, driver);
  return { code: context.atRest.seal('code', id, code), code_hash: null };
}

const isSame = async (context: Context): Promise<boolean> => (await accountSettings(context)).sameCode;

/** Drawn when it is first needed, and anew where a box needs more digits than it has. */
async function codeOfDriver(context: Context, box: BoxTable, id: string): Promise<string> {
  const { tx, atRest } = context;
  const driver = await tx.selectFrom('driver').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const known = driver.code === null ? null : atRest.open('code', id, driver.code);
  const digits = digitsNeeded(await slotCount(context, box));
  if (known !== null && known.length >= digits && !(await isAnothers(context, box.id, known))) return known;
  const boxes = await boxesOf(context);
  const code = await freeEverywhere(context, boxes, digits);
  await retire(context, driver, boxes);
  const changed = { code: atRest.seal('code', id, code), code_hash: driverCodeHash(context, code) };
  await tx.updateTable('driver').set(changed).where('id', '=', id).execute();
  return code;
}

const roundsMax = 40;

async function freeEverywhere(context: Context, boxes: readonly BoxTable[], least: number): Promise<string> {
  let digits = least;
  for (const box of boxes) digits = Math.max(digits, digitsNeeded(await slotCount(context, box)));
  for (let round = 0; round < roundsMax; round += 1) {
    let [code] = await drawnFor(context, boxes[0]?.id ?? '', digits);
    for (const box of boxes.slice(1))
      if (code !== undefined && (await isAnothers(context, box.id, code))) code = undefined;
    if (code !== undefined) return code;
  }
  throw conflict('no code is free on all boxes', 'Cancel bookings that nobody needs.');
}

const boxesOf = ({ tx, account }: Context): Promise<readonly BoxTable[]> =>
  tx.selectFrom('box').selectAll().where('account', '=', account).orderBy('id').execute();

/** Whether a booking of this box has it as its own code, or had it lately. */
async function isAnothers(context: Context, box: string, code: string): Promise<boolean> {
  const hash = codeHash(context, box, code);
  const found = await context.tx
    .selectFrom('booking')
    .select('id as found')
    .where('box', '=', box)
    .where('code_hash', '=', hash)
    .unionAll(eb =>
      eb.selectFrom('spent_code').select('hash as found').where('box', '=', box).where('hash', '=', hash),
    )
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}

/** The driver has it no longer: it rests, wherever it may have been. */
export async function retireCode(context: Context, driver: DriverTable): Promise<void> {
  if (driver.code !== null) await retire(context, driver, await boxesOf(context));
}

/** The driver is given another one when it is next needed. False: there was none. */
export async function forgetCode(context: Context, id: string): Promise<boolean> {
  const { tx } = context;
  const driver = await tx.selectFrom('driver').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  if (driver.code === null) return false;
  await retireCode(context, driver);
  await tx.updateTable('driver').set({ code: null, code_hash: null }).where('id', '=', id).execute();
  return true;
}

async function retire(context: Context, driver: DriverTable, boxes: readonly BoxTable[]): Promise<void> {
  if (driver.code === null || boxes.length === 0) return;
  const code = context.atRest.open('code', driver.id, driver.code);
  const until = context.now + codeRestMs;
  const rows = boxes.map(({ id }) => ({ box: id, hash: codeHash(context, id, code), until }));
  await context.tx
    .insertInto('spent_code')
    .values(rows)
    .onConflict(on => on.columns(['box', 'hash']).doUpdateSet({ until }))
    .execute();
}
