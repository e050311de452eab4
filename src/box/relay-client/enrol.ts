/** How a box comes to know its relay (wire/enrolment.ts): the claim proves each to the other, whoever listens or stands between. */
import sodium from 'libsodium-wrappers';
import * as v from 'valibot';
import { Fault } from '../../base/fault.ts';
import { Secret } from '../../base/secret.ts';
import { verifySignature } from '../../wire/chain.ts';
import {
  type Claim,
  claimPrint,
  claimProof,
  type EnrolAnswer,
  type EnrolRequest,
  enrolAnswer,
  enrolAnswerText,
  enrolRequestText,
  readClaim,
} from '../../wire/enrolment.ts';
import type { SealPair } from '../../wire/envelope.ts';
import { type BrokerAddress, isInClear, isLoopbackHost, readBrokerUrl } from '../../wire/mqtt/address.ts';
import { readAs } from '../../wire/reading.ts';
import type { Credentials, EnrolAsk, Post, Store, Vault } from '../ports.ts';

interface EnrolDeps {
  readonly store: Pick<Store, 'journal' | 'synced'>;
  readonly vault: Vault;
  /** Id of the box in its own configuration, its program, and its slots. */
  readonly label: string;
  readonly program: string;
  readonly slots: readonly number[];
  /** 32 hex digits from a CSPRNG. */
  readonly nonce: () => string;
  /** The same for the same claim: an answer that was lost can be had again. */
  readonly pairFor: (claim: Claim) => SealPair;
  readonly post: Post;
}

const newClaim = 'Ask the administrator for a new claim.';

/**
 * Nothing is changed on this box; `credentials` are to be kept.
 * @throws Fault `bad-relay`, `claim-malformed`, `claim-unknown`, `claim-used`, `claim-expired`, `relay-away`, `relay-untrusted`,
 * `relay-answer`, `relay-refused`, `other-relay`, `plain-broker`
 */
export async function enrol(ask: EnrolAsk, deps: EnrolDeps): Promise<Credentials> {
  const url = endpoint(ask);
  const claim = readClaim(ask.claim);
  if (claim === null)
    throw new Fault(
      'claim-malformed',
      'this is no claim',
      'It has 44 letters and digits, in groups of four.',
    );
  const pair = deps.pairFor(claim);
  const request = requestOf(claim, pair, deps);
  const { status, body } = await deps.post(url, JSON.stringify(request));
  if (status !== 200) throw refusal(status, body);
  const answer = believed(body, claim, request.nonce);
  return {
    id: request.nonce,
    ...{ box: answer.box, name: answer.name, relayKey: answer.relayKey },
    ...{ broker: brokerOf(answer, ask), username: answer.username, ca: answer.ca },
    ...{ caEpoch: answer.epoch, caRev: 0, formerCa: null },
    password: passwordOf(answer, pair),
    seal: pair,
  };
}

/** @throws Fault `bad-relay` */
function endpoint({ relay, plain }: EnrolAsk): string {
  const url = URL.canParse(relay) ? new URL(relay) : null;
  const hint = 'Such as https://relay.example; a path in front of /api is kept.';
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw new Fault('bad-relay', 'the address of the relay is no https:// URL', hint);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new Fault('bad-relay', 'the address of the relay holds more than host and path', hint);
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname.replace(/^\[(.*)\]$/, '$1')) && !plain) {
    throw new Fault(
      'bad-relay',
      'http:// lets everybody on the way listen',
      'Use https://, or say --plain: the claim still proves both sides to each other.',
    );
  }
  return `${url.origin}${url.pathname.replace(/\/$/, '')}/api/v1/enroll`;
}

function requestOf(claim: Claim, pair: SealPair, deps: EnrolDeps): EnrolRequest {
  const { store, vault, label, program, slots, nonce } = deps;
  const { seq, hash } = store.journal.last();
  const asked = {
    claim: claim.id,
    sign: vault.publicKey,
    seal: sodium.to_hex(pair.publicKey),
    ...{ label, program, boxEpoch: store.synced.boxEpoch, seq, head: hash },
    slots: [...slots],
    nonce: nonce(),
  };
  return {
    ...asked,
    proof: claimProof(asked, claim.secret),
    sig: vault.sign(enrolRequestText(asked)),
  };
}

const problem = v.looseObject({
  code: v.pipe(v.string(), v.maxLength(64)),
  detail: v.optional(v.pipe(v.string(), v.maxLength(4_096))),
});

const claimFaults: Readonly<Record<string, string>> = {
  'claim-unknown': 'the relay does not know this claim',
  'claim-used': 'this claim was used already',
  'claim-expired': 'this claim is too old: it lives 15 minutes',
};

/** The relay's answer is quoted only as far as it is a plain sentence: nothing has proven that it is the relay. */
function refusal(status: number, body: string): Fault {
  const read = readAs(v.pipe(v.string(), v.parseJson(), problem), body);
  if (!read.success) {
    return new Fault(
      'relay-answer',
      `the answer has status ${status} and is none of a relay`,
      'Is this the address of a relay, and is nothing in between?',
    );
  }
  const { code, detail = '' } = read.output;
  const said = claimFaults[code];
  if (said !== undefined)
    return new Fault(code, said, code === 'claim-unknown' ? `Type it again. ${newClaim}` : newClaim);
  const sentence = detail.replace(/[^\x20-\x7e]/g, ' ').slice(0, 200);
  return new Fault(
    'relay-refused',
    `the relay refuses: ${sentence || code}`,
    'Try again in a minute; see its log.',
  );
}

/** @throws Fault `relay-answer`, `other-relay` */
function believed(body: string, claim: Claim, nonce: string): EnrolAnswer {
  const read = readAs(v.pipe(v.string(), v.parseJson(), enrolAnswer), body);
  if (!read.success)
    throw new Fault('relay-answer', 'the answer is none of a relay', 'Is this the address of a relay?');
  const answer = read.output;
  if (claimPrint(answer.relayKey) !== claim.print) {
    throw new Fault(
      'other-relay',
      'the claim is not of the relay that answers: a letter of it is mistyped, or this is another relay',
      'Type the claim again and check the address; nothing has changed here. If both are right, somebody may stand in between.',
    );
  }
  const signed = verifySignature(enrolAnswerText(answer), answer.sig, answer.relayKey.sign);
  if (!signed || answer.nonce !== nonce)
    throw new Fault(
      'other-relay',
      'the answer is not signed by the relay of this claim',
      `Try again; if it comes again, somebody may stand in between. ${newClaim}`,
    );
  return answer;
}

/** @throws Fault `relay-answer`, `plain-broker` */
function brokerOf({ broker }: EnrolAnswer, { plain }: EnrolAsk): string {
  let address: BrokerAddress;
  try {
    address = readBrokerUrl(broker);
  } catch (error) {
    const hint = 'Correct the address of its broker in its configuration.';
    throw new Fault('relay-answer', 'the relay names no broker that could be reached', hint, error);
  }
  if (plain || !isInClear(address)) return broker;
  throw new Fault(
    'plain-broker',
    `the relay’s broker at ${address.host} is reached without TLS: everybody on the way would read the box’s password`,
    'Have the relay say mqtts:// (mqtt.tls, mqtt.url), or say --plain: what is said is signed and sealed all the same.',
  );
}

function passwordOf({ password }: EnrolAnswer, { publicKey, privateKey }: SealPair): Secret {
  try {
    const sealed = Buffer.from(password, 'base64');
    return new Secret(sodium.crypto_box_seal_open(sealed, publicKey, privateKey, 'text'));
  } catch {
    throw new Fault('relay-answer', 'the password is not sealed to this box', newClaim);
  }
}
