/** `POST /api/v1/enroll` (wire/enrolment.ts): a box that proves its claim becomes one of ours, and its keys before are void. */
import type { Transaction } from 'kysely';
import sodium from 'libsodium-wrappers';
import { Fault, WrongMember } from '../../base/fault.ts';
import { verifySignature } from '../../wire/chain.ts';
import {
  type Claim,
  claimLifeMs,
  claimPrint,
  type EnrolAnswer,
  type EnrolRequest,
  enrolAnswerText,
  enrolRequestText,
  openedClaim,
  provesClaim,
} from '../../wire/enrolment.ts';
import { keyId } from '../../wire/relay-key.ts';
import { order } from '../core/intake.ts';
import { noteBoxNews } from '../store/commit-effects.ts';
import { relayEpoch } from '../store/migrate.ts';
import { selectForUpdate } from '../store/select-for-update.ts';
import type { BoxTable, ClaimTable, Tables } from '../store/tables.ts';
import { audit } from './audit.ts';
import { forgetTold } from './box-told.ts';
import { isServing, servingFault } from './boxes.ts';
import type { Context, DomainDeps } from './context.ts';
import type { FollowedContext } from './followers.ts';
import { freshCodes } from './fresh-code.ts';
import { identities } from './identity.ts';
import { raiseProblem } from './problems.ts';
import { resendAll } from './records.ts';

interface EnrolmentDeps extends DomainDeps {
  readonly tx: Transaction<Tables>;
  readonly now: Context['now'];
  readonly followers: FollowedContext['followers'];
  /** Where boxes connect: mqtt:// or mqtts://. */
  readonly broker: string;
  /** Certificate authority of the broker, PEM; null: the system's. */
  readonly ca: string | null;
  /** Makes the hash of a broker password, which alone is kept. */
  readonly hashPassword: (password: string) => string;
}

const again = 'Ask the administrator for a new claim.';

/**
 * Whoever asks again with the same claim and the same keys gets the same answer, for the claim's life after its first use.
 * @throws Fault `claim-unknown` (also for a proof that is wrong), `claim-expired`, `claim-used`, `bad-input`, `conflict` where another box serves
 */
export async function enrol(setup: EnrolmentDeps, request: EnrolRequest): Promise<EnrolAnswer> {
  const claim = await claimOf(setup, request);
  const { sig, proof: _, ...signed } = request;
  if (!verifySignature(enrolRequestText(signed), sig, request.sign))
    throw new WrongMember('sig', 'is not by the key that the box names', 'Enrol again with the same claim.');
  if (claim.used !== null) return repeated(setup, claim, request);
  if (setup.now >= claim.expires)
    throw new Fault('claim-expired', 'this claim is older than 15 minutes', again);
  const { tx } = setup;
  const query = tx.selectFrom('box').selectAll().where('id', '=', claim.box);
  const box = await selectForUpdate(tx, query).executeTakeFirstOrThrow();
  const password = Buffer.from(setup.random(32)).toString('base64url');
  const context: FollowedContext = { ...setup, account: box.account, who: `box ${box.id}` };
  const isOther = box.sign !== null && box.sign !== request.sign;
  // The claim may have been made while it was away.
  if (isOther && (await isServing(context, box))) throw servingFault(box.id);
  const answer = await answerTo(setup, request, { box, password, print: claim.print });
  const pinned = keyId(answer.relayKey);
  await admit(context, box, { request, pinned, password: setup.hashPassword(password) });
  const kept = setup.atRest.seal('answer', claim.id, JSON.stringify({ keys: keysOf(request), answer }));
  await tx.updateTable('claim').set({ used: setup.now, answer: kept }).where('id', '=', claim.id).execute();
  noteBoxNews(tx, box.account, box.id, true);
  await audit(context, 'box-enrolled', box.id, `enrolment ${box.enrolments + 1}`);
  if (isOther) await replaced(context, box);
  return answer;
}

/** Another computer has come in the place of one that nobody has retired: what that one knew opens nothing here any more. */
async function replaced(context: FollowedContext, box: BoxTable): Promise<void> {
  const untold = await freshCodes(context, box);
  for (const { codesRenewed } of context.followers) await codesRenewed?.(context, untold);
  const detail =
    'another computer was enrolled in its place; its bookings have new codes, which their drivers are sent';
  await raiseProblem(context, { kind: 'box-replaced', subject: box.id }, detail);
}

/** With the print of the relay key that it names; empty where an older version made it. */
type ProvenClaim = ClaimTable & Pick<Claim, 'print'>;

/** The same work whether the claim is there or not: how long it takes tells nobody which ones are. */
async function claimOf({ tx, atRest }: EnrolmentDeps, request: EnrolRequest): Promise<ProvenClaim> {
  const query = tx.selectFrom('claim').selectAll().where('id', '=', request.claim);
  const claim = await selectForUpdate(tx, query).executeTakeFirst();
  const { secret, print } =
    claim === undefined
      ? { secret: 'no claim has this', print: '' }
      : openedClaim(atRest.open('claim', claim.id, claim.secret));
  if (provesClaim(request, secret) && claim !== undefined) return { ...claim, print };
  throw new Fault('claim-unknown', 'there is no such claim', `Type it again; or: ${again}`);
}

const keysOf = ({ sign, seal }: EnrolRequest): string => `${sign} ${seal}`;

/** An answer that was lost on its way; the nonce is that of the first request, so that the box knows it. */
async function repeated(
  setup: EnrolmentDeps,
  claim: ProvenClaim,
  request: EnrolRequest,
): Promise<EnrolAnswer> {
  const used = new Fault('claim-used', 'this claim was used already', again);
  if (claim.answer === null || setup.now >= (claim.used ?? 0) + claimLifeMs) throw used;
  const kept = JSON.parse(setup.atRest.open('answer', claim.id, claim.answer)) as {
    readonly keys: string;
    readonly answer: EnrolAnswer;
  };
  if (kept.keys !== keysOf(request)) throw used;
  return signed(setup, { ...kept.answer, nonce: request.nonce }, claim.print);
}

interface Admission {
  readonly request: EnrolRequest;
  /**
   * Id of the relay key that the answer names. It is what lets the relay speak first: a word that the box said before this
   * relay had subscribed to its topics is lost, and is not said again for half a minute.
   */
  readonly pinned: string;
  /** Its hash. */
  readonly password: string;
}

/** Admits the computer of a box: the set, the link and the challenge that were known are another computer's, and are forgotten. */
async function admit(
  context: Context,
  box: BoxTable,
  { request, pinned, password }: Admission,
): Promise<void> {
  const { tx, now } = context;
  await tx
    .updateTable('box')
    .set({
      ...{ enrolments: box.enrolments + 1, enrolled: now, sign: request.sign, seal: request.seal },
      ...{ label: request.label, program: request.program, slots: slotsText(request.slots) },
      ...{ password, pinned, receipt: null, clock: null, challenge: null },
      ...{ known_epoch: 0, known_rev: 0, known_at: null, link: 'never', link_since: null, heard: null },
      ...journalOf(box, request),
    })
    .where('id', '=', box.id)
    .execute();
  if (box.sign !== request.sign) await forgetTold(context, box.id);
  await resendAll(tx, box.id);
}

const slotsText = (slots: readonly number[]): string => [...new Set(slots)].sort((a, b) => a - b).join(' ');

/**
 * The same box, by its key, is asked for what it has not sent yet; another one begins where it says. One that has lost its journal
 * and begins it anew, in an epoch of which there are later events here, is led to a new epoch by its first word: else two events
 * of one number would stand here.
 */
function journalOf(
  box: BoxTable,
  request: EnrolRequest,
): Pick<BoxTable, 'told_at' | 'told_epoch' | 'box_epoch' | 'seq' | 'head'> {
  const { boxEpoch, seq, head } = request;
  const { box_epoch, seq: stored, head: last, told_at } = box;
  const behind = order({ epoch: boxEpoch, seq }, { epoch: box_epoch, seq: stored }) < 0;
  const goesOn = stored <= seq && box_epoch <= boxEpoch;
  const same = box.sign === request.sign && (behind || goesOn);
  // Its epoch of then, with the number: there may be events of both epochs to come.
  if (same) return { told_at, told_epoch: boxEpoch, box_epoch, seq: stored, head: last };
  return { told_at: 0, told_epoch: boxEpoch, box_epoch: boxEpoch, seq, head };
}

interface Granted {
  readonly box: BoxTable;
  /** Of the relay key that the claim names. */
  readonly print: string;
  readonly password: string;
}

async function answerTo(setup: EnrolmentDeps, request: EnrolRequest, granted: Granted): Promise<EnrolAnswer> {
  const { box, password, print } = granted;
  const sealed = sealedTo(request.seal, password);
  return signed(
    setup,
    {
      ...{ box: box.id, name: box.name, relayKey: { sign: '', seal: '' }, epoch: await relayEpoch(setup.tx) },
      ...{
        broker: setup.broker,
        username: box.id,
        password: sealed,
        ca: setup.ca,
      },
      ...{ at: setup.now, nonce: request.nonce },
    },
    print,
  );
}

function sealedTo(key: string, text: string): string {
  try {
    return Buffer.from(sodium.crypto_box_seal(text, sodium.from_hex(key), 'uint8array')).toString('base64');
  } catch (error) {
    throw new WrongMember('seal', 'is no X25519 key', 'Enrol again with the same claim.', error);
  }
}

/**
 * By the key that the claim names, which is how the box knows its relay: after a rotation it is led on from there. Where that
 * is not known, or gone, by the newest one.
 */
async function signed(
  setup: EnrolmentDeps,
  answer: Omit<EnrolAnswer, 'sig'>,
  print: string,
): Promise<EnrolAnswer> {
  const all = await identities(setup.tx, setup.atRest);
  const identity = all.findLast(({ key }) => claimPrint(key) === print) ?? all.at(-1);
  if (identity === undefined) throw new Error('a claim without a key of the relay');
  const { sig: _, ...bare } = answer as EnrolAnswer;
  const whole = { ...bare, relayKey: identity.key };
  return { ...whole, sig: identity.sign(enrolAnswerText(whole)) };
}
