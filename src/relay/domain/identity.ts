/** Who this relay is: its keys, newest last, and how one hands over to the next. */
import type { Kysely, Transaction } from 'kysely';
import { Secret } from '../../base/secret.ts';
import type { SealPair, Sign } from '../../wire/envelope.ts';
import { type Handover, handoverText, keyId, type RelayKey } from '../../wire/relay-key.ts';
import type { AtRest } from '../secrets/at-rest.ts';
import { newIdentityKeys, sealPairOf, signerOf } from '../secrets/identity-keys.ts';
import type { IdentityTable, Tables } from '../store/tables.ts';
import type { Context, DomainDeps } from './context.ts';

export interface Identity {
  readonly number: number;
  /** keyId of the key. */
  readonly id: string;
  readonly key: RelayKey;
  readonly sign: Sign;
  readonly pair: SealPair;
  /** By the key before; null: the first, or that one was given up. */
  readonly handover: Handover | null;
}

const keyOf = ({ sign, seal }: Pick<IdentityTable, 'sign' | 'seal'>): RelayKey => ({ sign, seal });

/** The key that boxes are to believe; made on the first start. `chainReady` must have settled. */
export async function ensureIdentity(
  tx: Transaction<Tables>,
  kit: DomainDeps & { readonly now: number },
): Promise<{ readonly number: number; readonly key: RelayKey }> {
  const newest = await newestRow(tx);
  if (newest !== undefined) return { number: newest.number, key: keyOf(newest) };
  return insert(tx, kit, { number: 1, handover: null });
}

const newestRow = (tx: Kysely<Tables>): Promise<IdentityTable | undefined> =>
  tx.selectFrom('identity').selectAll().orderBy('number', 'desc').executeTakeFirst();

interface Place {
  readonly number: number;
  /** Of the key that is to be made. */
  readonly handover: ((next: RelayKey) => string) | null;
}

async function insert(
  tx: Transaction<Tables>,
  kit: DomainDeps & { readonly now: number },
  { number, handover }: Place,
): Promise<{ readonly number: number; readonly key: RelayKey }> {
  const { key, privateSign, privateSeal } = newIdentityKeys(kit.random);
  const id = keyId(key);
  await tx
    .insertInto('identity')
    .values({
      number,
      id,
      ...key,
      private_sign: kit.atRest.seal('relay-key', `${id}/sign`, privateSign.reveal()),
      private_seal: kit.atRest.seal('relay-key', `${id}/seal`, privateSeal.reveal()),
      handover: handover === null ? null : handover(key),
      created: kit.now,
    })
    .execute();
  return { number, key };
}

/** A new key, signed by the newest: boxes are led from the one to the other. The caller audits. */
export async function rotateIdentity(context: Context): Promise<Identity> {
  const { tx } = context;
  await ensureIdentity(tx, context);
  const before = (await identities(tx, context.atRest)).at(-1);
  const from = before?.id ?? '';
  await insert(tx, context, {
    number: (before?.number ?? 0) + 1,
    handover: before === undefined ? null : next => before.sign(handoverText(from, next)),
  });
  const after = (await identities(tx, context.atRest)).at(-1);
  if (after === undefined) throw new Error('a key that was made is not there');
  return after;
}

/**
 * All keys of this relay with their private halves, oldest first.
 * @throws Fault `at-rest`
 */
export async function identities(db: Kysely<Tables>, atRest: AtRest): Promise<readonly Identity[]> {
  const rows = await db.selectFrom('identity').selectAll().orderBy('number').execute();
  return rows.map((row, at) => opened(row, rows[at - 1], atRest));
}

function opened(row: IdentityTable, before: IdentityTable | undefined, atRest: AtRest): Identity {
  const key = keyOf(row);
  const secret = (half: 'sign' | 'seal', sealed: string): Secret =>
    new Secret(atRest.open('relay-key', `${row.id}/${half}`, sealed));
  const sig = row.handover;
  return {
    number: row.number,
    id: row.id,
    key,
    sign: signerOf(secret('sign', row.private_sign)),
    pair: sealPairOf(key, secret('seal', row.private_seal)),
    handover: sig === null || before === undefined ? null : { from: before.id, next: key, sig },
  };
}
