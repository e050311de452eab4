import type { Json } from '../../base/canonical.ts';
import { flagArg, lineArg, operation } from './args.ts';
import type { Operation } from './call.ts';
import { whyOf } from './ops-command.ts';

const urlMax = 500;
const claimMax = 200;

const enroll = operation(
  { relay: lineArg(urlMax), claim: lineArg(claimMax), plain: flagArg },
  async (ask, { who }, box) => {
    const relayClient = await box.relayClient();
    return (await relayClient.enrol(ask, who)) as unknown as Json;
  },
);

const unenroll = operation({}, async (_args, call, box) => {
  const why = whyOf(call);
  const relayClient = await box.relayClient();
  await relayClient.unenrol({ who: call.who, why });
  return { done: true };
});

export const relayOperations: readonly (readonly [string, Operation])[] = [
  ['enroll', enroll],
  ['unenroll', unenroll],
];
