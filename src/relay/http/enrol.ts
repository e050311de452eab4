/** `POST /api/v1/enroll`: how a box with a claim gets in (wire/enrolment.ts). No token: the claim is the proof. */
import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { Fault } from '../../base/fault.ts';
import { type EnrolAnswer, type EnrolRequest, enrolAnswer, enrolRequest } from '../../wire/enrolment.ts';
import { readAs } from '../../wire/reading.ts';
import { BadInput } from './api/api-error.ts';
import { inputSchema } from './api/open-api.ts';
import { Limits } from './limits.ts';
import { requestOrigin } from './request-origin.ts';
import { TooMany } from './server.ts';

/**
 * Wrong proofs of one address, and of one claim: a fleet may enrol at once, a guesser may not. None of all together, or many
 * addresses could keep a technician out; whose claim they guess at, they do not know.
 */
const wrong = { burst: 10, perMinute: 10 };
const rememberedMax = 10_000;
const bodyMaxBytes = 32_768;

/** Said alike for a claim that never was and for a proof that does not fit. */
const claimFaults: ReadonlySet<string> = new Set(['claim-unknown', 'claim-used', 'claim-expired']);

export interface EnrolDeps {
  readonly nowMs: () => number;
  /** @throws Fault of `claimFaults` */
  readonly enrol: (request: EnrolRequest) => Promise<EnrolAnswer>;
}

export function enrolRoute(app: FastifyInstance, { nowMs, enrol }: EnrolDeps): void {
  const ofAddress = new Limits(wrong, rememberedMax, nowMs);
  const ofClaim = new Limits(wrong, rememberedMax, nowMs);
  app.post('/api/v1/enroll', { bodyLimit: bodyMaxBytes }, async (request, reply) => {
    const asked = requestOf(request.body);
    const waitMs = Math.max(ofAddress.wait(requestOrigin(request)), ofClaim.wait(asked.claim));
    if (waitMs > 0) throw new TooMany(waitMs);
    ofAddress.take(requestOrigin(request));
    ofClaim.take(asked.claim);
    let isGuess = false;
    try {
      const answer = await enrol(asked);
      return await reply.type('application/json').send(JSON.stringify(answer));
    } catch (error) {
      isGuess = error instanceof Fault && claimFaults.has(error.code);
      throw error;
    } finally {
      if (!isGuess) {
        ofAddress.give(requestOrigin(request));
        ofClaim.give(asked.claim);
      }
    }
  });
}

/** @throws BadInput */
function requestOf(body: unknown): EnrolRequest {
  const read = readAs(enrolRequest, body);
  if (read.success) return read.output;
  const errors = read.issues.slice(0, 10).map(issue => ({
    path: v.getDotPath(issue) ?? '',
    message: `must be ${issue.expected ?? 'something else'}`,
  }));
  throw new BadInput(errors);
}

/** Its part of the OpenAPI document. */
export const enrolOperation = {
  post: {
    operationId: 'enrol',
    summary: 'A box proves its claim, and gets what it needs to connect',
    tags: ['enroll'],
    security: [],
    requestBody: { required: true, content: { 'application/json': { schema: inputSchema(enrolRequest) } } },
    responses: {
      '200': {
        description: 'Signed by the relay; the password is sealed to the box.',
        content: { 'application/json': { schema: inputSchema(enrolAnswer) } },
      },
      ...Object.fromEntries(
        [
          ['400', 'The request is wrong; `errors` says where.'],
          ['403', 'There is no such claim, or its proof does not fit.'],
          ['409', 'The claim was used by another box.'],
          ['410', 'The claim is too old.'],
          ['413', 'The body is too large.'],
          ['429', 'Too many wrong claims; `Retry-After` says when to go on.'],
        ].map(([status, description]) => [
          status,
          {
            description,
            content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
          },
        ]),
      ),
    },
  },
};
