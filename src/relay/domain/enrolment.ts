/** `POST /api/v1/enroll` (wire/enrolment.ts): a box that proves its claim becomes one of ours, and its keys before are void. */
import type { Transaction } from 'kysely';
import sodium from 'libsodium-wrappers';
import { Fault } from '../../base/fault.ts';
import { verifySignature } from '../../wire/chain.ts';
import {
  claimLifeMs,
  type EnrolAnswer,
  type EnrolRequest,
  enrolAnswerText,
  enrolRequestText,
  provesClaim,
} from '../../wire/enrolment.ts';
import { forChange } from '../store/for-change.ts';
import { relayEpoch } from '../store/migrate.ts';
import type { BoxTable, ClaimTable, Tables } from '../store/tables.ts';
import { audit } from './audit.ts';
import type { Context, Kit } from './context.ts';
import { identities } from './identity.ts';
import { touchAll } from './records.ts';

export interface EnrolSetup extends Kit {
  readonly tx: Transaction<Tables>;
  readonly now: Context['now'];
  /** Where boxes connect: mqtt:// or mqtts://. */
  readonly broker: string;
  /** Certificate authority of the broker, PEM; null: the system's. */
  readonly ca: string | null;
  /** What is kept of a broker password. */
  readonly hashPassword: (password: string) => string;
}

const again = 'Ask the administrator for a new claim.';

/**
 * Whoever asks again with the same claim and the same keys gets the same answer, for the claim's life after its first use.
 * @throws Fault `claim-unknown` (also for a proof that is wrong), `claim-expired`, `claim-used`, `bad-input`
 */
export async function enrol(setup: EnrolSetup, request: EnrolRequest): Promise<EnrolAnswer> {
  const claim = await claimOf(setup, request);
  const { sig, proof: _, ...signed } = request;
  if (!verifySignature(enrolRequestText(signed), sig, request.sign))
    throw new Fault(
      'bad-input',
      'sig: is not by the key that the box names',
      'Enrol again with the same claim.',
    );
  if (claim.used !== null) return repeated(setup, claim, request);
  if (setup.now >= claim.expires)
    throw new Fault('claim-expired', 'this claim is older than 15 minutes', again);
  const { tx } = setup;
  const query = tx.selectFrom('box').selectAll().where('id', '=', claim.box);
  const box = await forChange(tx, query).executeTakeFirstOrThrow();
  const password = Buffer.from(setup.random(32)).toString('base64url');
  const context: Context = { ...setup, account: box.account, who: `box ${box.id}` };
  await admit(context, box, { request, password: setup.hashPassword(password) });
  const answer = await answerTo(setup, request, { box, password });
  const kept = setup.atRest.seal('answer', claim.id, JSON.stringify({ keys: keysOf(request), answer }));
  await tx.updateTable('claim').set({ used: setup.now, answer: kept }).where('id', '=', claim.id).execute();
  await audit(context, 'box-enrolled', box.id, `enrolment ${box.enrolments + 1}`);
  return answer;
}

/** The same work whether the claim is there or not: how long it takes tells nobody which ones are. */
async function claimOf({ tx, atRest }: EnrolSetup, request: EnrolRequest): Promise<ClaimTable> {
  const query = tx.selectFrom('claim').selectAll().where('id', '=', request.claim);
  const claim = await forChange(tx, query).executeTakeFirst();
  const secret = claim === undefined ? 'no claim has this' : atRest.open('claim', claim.id, claim.secret);
  if (provesClaim(request, secret) && claim !== undefined) return claim;
  throw new Fault('claim-unknown', 'there is no such claim', `Type it again; or: ${again}`);
}

const keysOf = ({ sign, seal }: EnrolRequest): string => `${sign} ${seal}`;

/** An answer that was lost on its way; the nonce is that of the first request, so that the box knows it. */
async function repeated(setup: EnrolSetup, claim: ClaimTable, request: EnrolRequest): Promise<EnrolAnswer> {
  const used = new Fault('claim-used', 'this claim was used already', again);
  if (claim.answer === null || setup.now >= (claim.used ?? 0) + claimLifeMs) throw used;
  const kept = JSON.parse(setup.atRest.open('answer', claim.id, claim.answer)) as {
    readonly keys: string;
    readonly answer: EnrolAnswer;
  };
  if (kept.keys !== keysOf(request)) throw used;
  return signed(setup, { ...kept.answer, nonce: request.nonce });
}

interface Admission {
  readonly request: EnrolRequest;
  /** Its hash. */
  readonly password: string;
}

/** What is known of the set that it has, of its link and of its challenge was another computer's. */
async function admit(context: Context, box: BoxTable, { request, password }: Admission): Promise<void> {
  const { tx, now } = context;
  await tx
    .updateTable('box')
    .set({
      ...{ enrolments: box.enrolments + 1, enrolled: now, sign: request.sign, seal: request.seal },
      ...{ label: request.label, program: request.program, slots: slotsText(request.slots) },
      ...{ password, pinned: null, receipt: null, clock: null, challenge: null },
      ...{ known_epoch: 0, known_rev: 0, known_at: null, link: 'never', link_since: null, heard: null },
      ...journalOf(box, request),
    })
    .where('id', '=', box.id)
    .execute();
  await touchAll(tx, box.id);
}

const slotsText = (slots: readonly number[]): string => [...new Set(slots)].sort((a, b) => a - b).join(' ');

/** The same box, by its key, is asked for what it has not sent yet; another one begins where it says. */
function journalOf(
  box: BoxTable,
  request: EnrolRequest,
): Pick<BoxTable, 'told_at' | 'told_epoch' | 'box_epoch' | 'seq' | 'head'> {
  const { boxEpoch, seq, head } = request;
  const same = box.sign === request.sign && box.seq <= seq && box.box_epoch <= boxEpoch;
  const { box_epoch, seq: stored, head: last, told_at } = box;
  // Its epoch of then, with the number: there may be events of both epochs to come.
  if (same) return { told_at, told_epoch: boxEpoch, box_epoch, seq: stored, head: last };
  return { told_at: 0, told_epoch: boxEpoch, box_epoch: boxEpoch, seq, head };
}

interface Granted {
  readonly box: BoxTable;
  readonly password: string;
}

async function answerTo(setup: EnrolSetup, request: EnrolRequest, granted: Granted): Promise<EnrolAnswer> {
  const { box, password } = granted;
  const sealed = sealedTo(request.seal, password);
  return signed(setup, {
    ...{ box: box.id, name: box.name, relayKey: { sign: '', seal: '' }, epoch: await relayEpoch(setup.tx) },
    ...{
      broker: setup.broker,
      username: box.id,
      password: sealed,
      ca: setup.ca,
    },
    ...{ at: setup.now, nonce: request.nonce },
  });
}

function sealedTo(key: string, text: string): string {
  try {
    return Buffer.from(sodium.crypto_box_seal(text, sodium.from_hex(key), 'uint8array')).toString('base64');
  } catch (error) {
    throw new Fault('bad-input', 'seal: is no X25519 key', 'Enrol again with the same claim.', error);
  }
}

/** By the newest key of the relay, which it names. */
async function signed(setup: EnrolSetup, answer: Omit<EnrolAnswer, 'sig'>): Promise<EnrolAnswer> {
  const identity = (await identities(setup.tx, setup.atRest)).at(-1);
  if (identity === undefined) throw new Error('a claim without a key of the relay');
  const { sig: _, ...bare } = answer as EnrolAnswer;
  const whole = { ...bare, relayKey: identity.key };
  return { ...whole, sig: identity.sign(enrolAnswerText(whole)) };
}
