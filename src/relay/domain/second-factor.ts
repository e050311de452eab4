/** Signing in in two steps: an app's digits beside the password, set up by the person alone, taken off by them or an administrator. */
import { newRecoveryCodes, newTotpSecret, readRecoveryCode, stepOf } from '../secrets/totp.ts';
import type { SecondFactorTable } from '../store/tables-people.ts';
import { personRow } from './account-people.ts';
import { audit } from './audit.ts';
import type { Context, OpenReading, Reading } from './context.ts';
import { conflict, notFound } from './faults.ts';

/** Whoever guesses, knowing the password already, has so many tries until the person signs in once more (NIST SP 800-63B, 5.2.2). */
const wrongMost = 100;

interface SecondFactor {
  /** Null: its first digits are not typed yet. */
  readonly since: number | null;
  /** Recovery codes that nobody has used. */
  readonly left: number;
}

/** Null: the person has none. */
export async function secondFactorOf(reading: Reading, person: string): Promise<SecondFactor | null> {
  const row = await rowOf(reading, person);
  if (row === null) return null;
  const { count } = await reading.tx
    .selectFrom('recovery_code')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('person', '=', person)
    .executeTakeFirstOrThrow();
  return { since: row.since, left: Number(count) };
}

/** Those in a list of people who sign in in two steps. */
export async function withSecondFactor(
  { tx, account }: Reading,
  people: readonly string[],
): Promise<ReadonlySet<string>> {
  if (people.length === 0) return new Set();
  const rows = await tx
    .selectFrom('second_factor')
    .select('person')
    .where('person', 'in', people)
    .where('account', '=', account)
    .where('since', 'is not', null)
    .execute();
  return new Set(rows.map(({ person }) => person));
}

async function rowOf({ tx, account }: Reading, person: string): Promise<SecondFactorTable | null> {
  const row = await tx
    .selectFrom('second_factor')
    .selectAll()
    .where('person', '=', person)
    .where('account', '=', account)
    .executeTakeFirst();
  return row ?? null;
}

const secretOf = ({ atRest }: Pick<OpenReading, 'atRest'>, { person, secret }: SecondFactorTable): string =>
  atRest.open('second-factor', person, secret);

/** The secret for the app; it counts once digits of it were typed. @throws Fault `conflict` where there is one already */
export async function beginSecondFactor(context: Context, person: string): Promise<string> {
  const { tx, account, atRest, random, now } = context;
  await personRow(context, person);
  if ((await rowOf(context, person))?.since != null)
    throw conflict('there is one already', 'Take it off first.');
  const secret = newTotpSecret(random);
  const row = { secret: atRest.seal('second-factor', person, secret), created: now, step: 0, wrong: 0 };
  await tx
    .insertInto('second_factor')
    .values({ person, account, since: null, ...row })
    .onConflict(on => on.column('person').doUpdateSet(row))
    .execute();
  await audit(context, 'second-factor-begun', person);
  return secret;
}

/** Of one that is being set up; null: none is. */
export async function secretBegun(reading: OpenReading, person: string): Promise<string | null> {
  const row = await rowOf(reading, person);
  return row === null || row.since !== null ? null : secretOf(reading, row);
}

/** From now on it is asked for. Gives recovery codes, which are nowhere else; null: these are not the digits. */
export async function confirmSecondFactor(
  context: Context,
  person: string,
  typed: string,
): Promise<readonly string[] | null> {
  const { tx, now } = context;
  const row = await rowOf(context, person);
  if (row === null || row.since !== null) throw notFound('set-up', person);
  const step = stepOf(secretOf(context, row), typed, now, row.step);
  if (step === null) return null;
  await tx
    .updateTable('second_factor')
    .set({ since: now, step })
    .where('person', '=', person)
    .where('since', 'is', null)
    .execute();
  await audit(context, 'second-factor-on', person);
  return await freshRecoveryCodes(context, person);
}

/** Those before are void. */
export async function freshRecoveryCodes(context: Context, person: string): Promise<readonly string[]> {
  const { tx, random } = context;
  if ((await rowOf(context, person))?.since == null) throw notFound('second factor', person);
  const codes = newRecoveryCodes(random);
  await tx.deleteFrom('recovery_code').where('person', '=', person).execute();
  const rows = codes.map(code => ({ person, hash: recoveryHash(context, person, code) }));
  await tx.insertInto('recovery_code').values(rows).execute();
  await audit(context, 'recovery-codes-made', person);
  return codes;
}

const recoveryHash = ({ atRest }: Pick<OpenReading, 'atRest'>, person: string, code: string): string =>
  atRest.hash('recovery-code', `${person}\n${code}`);

/** By which of them somebody proves who they are. */
type Proof =
  | { readonly by: 'none' }
  | { readonly by: 'digits'; readonly step: number }
  | { readonly by: 'recovery'; readonly hash: string };

/** Null: it is wrong, or was used already. Looking uses nothing up. */
export async function proofIn(
  reading: OpenReading & Pick<Context, 'now'>,
  person: string,
  typed: string,
): Promise<Proof | null> {
  const row = await rowOf(reading, person);
  if (row === null || row.since === null) return { by: 'none' };
  const recovery = readRecoveryCode(typed);
  if (recovery !== null) {
    const hash = recoveryHash(reading, person, recovery);
    const found = await reading.tx
      .selectFrom('recovery_code')
      .select('hash')
      .where('person', '=', person)
      .where('hash', '=', hash)
      .executeTakeFirst();
    return found === undefined ? null : { by: 'recovery', hash };
  }
  if (row.wrong >= wrongMost) return null;
  const step = stepOf(secretOf(reading, row), typed, reading.now, row.step);
  return step === null ? null : { by: 'digits', step };
}

/** Uses it up: false where somebody was there first, or where it is none. */
export async function useSecondFactor(context: Context, person: string, typed: string): Promise<boolean> {
  const { tx } = context;
  const proof = await proofIn(context, person, typed);
  if (proof === null) return false;
  if (proof.by === 'none') return true;
  const used =
    proof.by === 'digits'
      ? await useStep(context, person, proof.step)
      : await useRecovery(context, person, proof.hash);
  if (used) await tx.updateTable('second_factor').set({ wrong: 0 }).where('person', '=', person).execute();
  return used;
}

async function useStep({ tx }: Context, person: string, step: number): Promise<boolean> {
  const used = await tx
    .updateTable('second_factor')
    .set({ step })
    .where('person', '=', person)
    .where('step', '<', step)
    .returning('person')
    .executeTakeFirst();
  return used !== undefined;
}

async function useRecovery(context: Context, person: string, hash: string): Promise<boolean> {
  const gone = await context.tx
    .deleteFrom('recovery_code')
    .where('person', '=', person)
    .where('hash', '=', hash)
    .returning('hash')
    .executeTakeFirst();
  if (gone !== undefined) await audit(context, 'recovery-code-used', person);
  return gone !== undefined;
}

/** The password was right, and this was not. */
export async function noteWrongSecond({ tx }: Pick<Context, 'tx'>, person: string): Promise<void> {
  await tx
    .updateTable('second_factor')
    .set(({ eb }) => ({ wrong: eb('wrong', '+', 1) }))
    .where('person', '=', person)
    .execute();
}

/** @throws Fault `not-found` where there is none */
export async function removeSecondFactor(context: Context, person: string): Promise<void> {
  const { tx, account } = context;
  const gone = await tx
    .deleteFrom('second_factor')
    .where('person', '=', person)
    .where('account', '=', account)
    .returning('person')
    .executeTakeFirst();
  if (gone === undefined) throw notFound('second factor', person);
  await tx.deleteFrom('recovery_code').where('person', '=', person).execute();
  await audit(context, 'second-factor-removed', person);
}
