import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import sodium from 'libsodium-wrappers';
import * as v from 'valibot';
import { chainReady, verifySignature } from '../../src/wire/chain.ts';
import {
  type Claim,
  claimText,
  type EnrolAnswer,
  type EnrolRequest,
  enrolAnswerText,
  enrolRequest,
  enrolRequestText,
  newClaim,
  provesClaim,
} from '../../src/wire/enrolment.ts';
import { boxAtRelay, Identity, noon } from './relay-end.ts';

export const password = 'made-up-for-a-test';

/** The relay's HTTP end, as far as a box that enrols meets it. */
export class ClaimServer {
  identity = new Identity();
  broker = 'mqtt://127.0.0.1:1883';
  /** Whose claims these are. */
  box = boxAtRelay;
  /** This is sent instead of the answer; null: the answer is. */
  instead: ((response: ServerResponse, answer: EnrolAnswer) => void) | null = null;
  readonly requests: EnrolRequest[] = [];
  readonly #claims = new Map<string, Claim & { used: string | null }>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(t: Pick<TestContext, 'after'>): Promise<ClaimServer> {
    await chainReady;
    const server = createServer((request, response) => void desk.#serve(request, response));
    const desk: ClaimServer = new ClaimServer(server);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    return desk;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  claim(): string {
    const claim = newClaim(randomBytes(32), this.identity.key);
    this.#claims.set(claim.id, { ...claim, used: null });
    return claimText(claim);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const asked = v.parse(enrolRequest, JSON.parse(body));
    this.requests.push(asked);
    const code = this.#objection(asked);
    if (code !== null) {
      response.writeHead(409, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify({ type: 'about:blank', title: 'no', status: 409, code, detail: code }));
      return;
    }
    const answer = this.#answer(asked);
    if (this.instead === null) response.end(JSON.stringify(answer));
    else this.instead(response, answer);
  }

  #objection(asked: EnrolRequest): string | null {
    const claim = this.#claims.get(asked.claim);
    if (claim === undefined || !provesClaim(asked, claim.secret)) return 'claim-unknown';
    const { sig, proof: _, ...signed } = asked;
    if (!verifySignature(enrolRequestText(signed), sig, asked.sign)) return 'bad-input';
    if (claim.used !== null && claim.used !== asked.seal) return 'claim-used';
    claim.used = asked.seal;
    return null;
  }

  #answer({ seal, nonce }: EnrolRequest): EnrolAnswer {
    const sealed = sodium.crypto_box_seal(password, sodium.from_hex(seal), 'uint8array');
    const answer = {
      ...{ box: this.box, name: 'Yard 1', relayKey: this.identity.key, epoch: 1, broker: this.broker },
      ...{ username: this.box, password: Buffer.from(sealed).toString('base64'), ca: null },
      ...{ at: noon, nonce },
    };
    return { ...answer, sig: this.identity.sign(enrolAnswerText(answer)) };
  }
}
