import type { Fault } from '../../base/fault.ts';
import { noHash } from '../../wire/chain.ts';
import { claimLifeMs, claimText, newClaim as drawClaim, sealedClaim } from '../../wire/enrolment.ts';
import { boxIdShape } from '../../wire/topics.ts';
import { noteBoxNews } from '../store/commit-effects.ts';
import { preparedQuery } from '../store/prepared-query.ts';
import type { BoxTable } from '../store/tables.ts';
import { audit } from './audit.ts';
import { type Page, pageSize, text } from './checks.ts';
import type { Context, Reading } from './context.ts';
import { badInput, conflict, notFound } from './faults.ts';
import { ensureIdentity } from './identity.ts';
import { randomLetters } from './ids.ts';
import { clearProblem } from './problems.ts';
import { noteBoxWords } from './search-words.ts';
import { siteView } from './sites.ts';

interface NewBox {
  readonly name: string;
  /** In MQTT topics, unique at this relay; made from the name where absent. */
  readonly id?: string | undefined;
  readonly site?: string | null | undefined;
}

/** Columns that are never shown outside: keys, passwords, receipts. */
type Hidden = 'account' | 'password' | 'receipt' | 'challenge';
export type BoxView = Omit<BoxTable, Hidden>;

/** A box that does not exist yet, and the claim by which it enrols. */
export async function createBox(
  context: Context,
  input: NewBox,
): Promise<{ readonly id: string; readonly claim: string }> {
  const { tx } = context;
  const name = text('name', input.name, 64);
  if (input.site != null) await siteView(context, input.site);
  const id = input.id ?? `${slug(name)}${randomLetters(context.random, 5)}`;
  if (!boxIdShape.test(id)) throw badInput('id', 'must be lower-case letters, digits and dashes, 63 at most');
  const made = await tx
    .insertInto('box')
    .values({ ...fresh, id, account: context.account, name, site: input.site ?? null, created: context.now })
    .onConflict(on => on.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (made === undefined) throw conflict(`the id ${id} is taken`, 'Choose another id, or leave it out.');
  await noteBoxWords(context, { id, name });
  noteBoxNews(tx, context.account, id, true);
  await audit(context, 'box-created', id);
  return { id, claim: await claimFor(context, id) };
}

const fresh = {
  place: null,
  enrolments: 0,
  enrolled: null,
  sign: null,
  seal: null,
  label: null,
  program: null,
  slots: null,
  password: null,
  pinned: null,
  revision: 0,
  dirty: 0,
  known_epoch: 0,
  known_rev: 0,
  known_at: null,
  receipt: null,
  clock: null,
  told_at: 0,
  told_epoch: 1,
  box_epoch: 1,
  seq: 0,
  head: noHash,
  link: 'never',
  link_since: null,
  heard: null,
  challenge: null,
} as const;

/** `Depot A` → `depot-a-`; nothing where no letter is left. */
const slug = (name: string): string => {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '')
    .join('-');
  return plain === '' ? 'box-' : `${plain.slice(0, 40)}-`;
};

/**
 * Whether a box serves under this id right now. Whoever enrols in its place would be given every code, phone and PIN of it,
 * and cut it off; so it is retired first. One that says that it does not know our key cannot be led on in any other way.
 */
export async function isServing({ tx }: Reading, box: BoxTable): Promise<boolean> {
  if (box.sign === null || box.link !== 'up') return false;
  const lost = await tx
    .selectFrom('problem')
    .select('id')
    .where('kind', '=', 're-enrol')
    .where('subject', '=', box.id)
    .where('cleared', 'is', null)
    .executeTakeFirst();
  return lost === undefined;
}

export const servingFault = (box: string): Fault =>
  conflict(
    `a box that is well is enrolled as ${box}`,
    'Retire it first, if it was stolen or another computer takes its place; to enrol the same one anew, run smartbox unenroll on it.',
  );

/**
 * Another claim for a box that is to be enrolled, or replaced; the ones before are void.
 * @throws Fault `not-found`; `conflict` where one serves
 */
export async function newClaim(
  context: Context,
  box: string,
): Promise<{ readonly claim: string; readonly expires: number }> {
  if (await isServing(context, await boxRow(context, box))) throw servingFault(box);
  await audit(context, 'claim-made', box);
  return { claim: await claimFor(context, box), expires: context.now + claimLifeMs };
}

async function claimFor(context: Context, box: string): Promise<string> {
  const { tx, account, atRest, now } = context;
  noteBoxNews(tx, account, box);
  const { key } = await ensureIdentity(tx, context);
  const claim = drawClaim(context.random(32), key);
  await tx.deleteFrom('claim').where('box', '=', box).where('used', 'is', null).execute();
  await tx
    .insertInto('claim')
    .values({
      id: claim.id,
      account,
      box,
      secret: atRest.seal('claim', claim.id, sealedClaim(claim)),
      expires: now + claimLifeMs,
      used: null,
      answer: null,
    })
    .execute();
  return claimText(claim);
}

interface BoxPatch {
  readonly name?: string | undefined;
  readonly site?: string | null | undefined;
}

export async function changeBox(context: Context, id: string, patch: BoxPatch): Promise<BoxView> {
  const before = await boxRow(context, id);
  if (patch.site != null) await siteView(context, patch.site);
  const name = patch.name === undefined ? before.name : text('name', patch.name, 64);
  if (name !== before.name) await noteBoxWords(context, { id, name });
  await context.tx
    .updateTable('box')
    .set({
      name,
      site: patch.site === undefined ? before.site : patch.site,
    })
    .where('id', '=', id)
    .execute();
  // An administrator has looked at it.
  await clearProblem(context, { kind: 'box-replaced', subject: id });
  if (patch.site != null) await clearProblem(context, { kind: 'place-unknown', subject: id });
  noteBoxNews(context.tx, context.account, id, true);
  await audit(context, 'box-changed', id, Object.keys(patch).join(' '));
  return boxView(context, id);
}

/** @throws Fault `not-found` */
export async function boxRow({ tx, account }: Reading, id: string): Promise<BoxTable> {
  const [row] = await boxCalled(tx, id, account);
  if (row === undefined) throw notFound('box', id);
  return row;
}

const boxCalled = preparedQuery((tx, id: string, account: string) =>
  tx.selectFrom('box').selectAll().where('id', '=', id).where('account', '=', account),
);

export const boxView = async (context: Reading, id: string): Promise<BoxView> =>
  shownBox(await boxRow(context, id));

export function shownBox(row: BoxTable): BoxView {
  const { account: _a, password: _p, receipt: _r, challenge: _c, ...rest } = row;
  return rest;
}

export async function listBoxes({ tx, account }: Reading, page: Page): Promise<readonly BoxView[]> {
  let query = tx.selectFrom('box').selectAll().where('account', '=', account);
  if (page.after !== null) query = query.where('id', '>', page.after);
  const rows = await query.orderBy('id').limit(pageSize(page)).execute();
  return rows.map(shownBox);
}

/** Slots that a box has said it has; null before it enrolled. */
export const slotsOf = ({ slots }: Pick<BoxTable, 'slots'>): readonly number[] | null =>
  slots === null ? null : slots.split(' ').map(Number);
