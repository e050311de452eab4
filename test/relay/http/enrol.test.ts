/** How often somebody may try to enrol, or to log in: however many ask at one time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FastifyInstance, fastify } from 'fastify';
import { Fault } from '../../../src/base/fault.ts';
import { enrolRoute } from '../../../src/relay/http/enrol.ts';
import type { EnrolAnswer, EnrolRequest } from '../../../src/wire/enrolment.ts';

const request: EnrolRequest = {
  ...{ claim: '00000000', sign: 'a'.repeat(64), seal: 'b'.repeat(64), label: 'x', program: '0', boxEpoch: 1 },
  ...{ seq: 0, head: '0'.repeat(64), slots: [1], nonce: '0'.repeat(32), proof: 'c'.repeat(64) },
  sig: 'd'.repeat(128),
};

/** `outcome`: of every try. */
function desk(outcome: () => Fault | null) {
  const app: FastifyInstance = fastify();
  const clock = { nowMs: 0, tries: 0 };
  app.setErrorHandler((error, _request, reply) =>
    reply.status(error instanceof Fault && error.code === 'too-many' ? 429 : 403).send('no'),
  );
  enrolRoute(app, {
    nowMs: () => clock.nowMs,
    enrol: async () => {
      clock.tries += 1;
      await new Promise(resolve => setImmediate(resolve));
      const fault = outcome();
      if (fault !== null) throw fault;
      return {} as EnrolAnswer;
    },
  });
  const from = async (
    remoteAddress: string,
    count: number,
    claim = request.claim,
  ): Promise<readonly number[]> => {
    const payload = { ...request, claim };
    const ask = { method: 'POST', url: '/api/v1/enroll', payload, remoteAddress } as const;
    const answers = await Promise.all(Array.from({ length: count }, () => app.inject(ask)));
    return answers.map(({ statusCode }) => statusCode);
  };
  return { clock, from };
}

const times = (all: readonly number[], status: number): number => all.filter(each => each === status).length;
const unknown = (): Fault => new Fault('claim-unknown', 'there is no such claim', 'Type it again.');

test('wrong claims of one address: ten, then one in six seconds, also when all come at once', async () => {
  const { clock, from } = desk(unknown);
  const answers = await from('192.0.2.1', 50);
  assert.deepEqual([clock.tries, times(answers, 403), times(answers, 429)], [10, 10, 40]);
  assert.equal(times(await from('192.0.2.2', 1, 'yyyyyyyy'), 403), 1, 'another address');
  clock.nowMs += 6_000;
  assert.equal(times(await from('192.0.2.1', 5), 403), 1);
});

test('wrong proofs of one claim: ten, from however many addresses; another claim is not kept waiting', async () => {
  const { clock, from } = desk(unknown);
  await Promise.all(Array.from({ length: 30 }, (_, at) => from(`192.0.2.${at}`, 10)));
  assert.equal(clock.tries, 10);
  assert.equal(times(await from('192.0.2.99', 1, 'zzzzzzzz'), 403), 1);
});

test('what is no guess costs no try', async () => {
  const right = desk(() => null);
  for (let round = 0; round < 5; round += 1) assert.equal(times(await right.from('192.0.2.1', 9), 200), 9);
  const busy = desk(() => new Fault('store-busy', 'the disk', 'Ask again.'));
  for (let round = 0; round < 5; round += 1) await busy.from('192.0.2.1', 9);
  assert.equal(busy.clock.tries, 45);
});
