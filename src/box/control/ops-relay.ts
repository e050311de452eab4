import type { Json } from '../../base/canonical.ts';
import { flagArg, textArg } from './args.ts';
import type { Operation } from './call.ts';
import { whyOf } from './ops-command.ts';

const urlMax = 500;
const claimMax = 200;

const enroll: Operation = async (call, box) => {
  const { args, who } = call;
  const ask = {
    relay: textArg(args, 'relay', urlMax),
    claim: textArg(args, 'claim', claimMax),
    plain: flagArg(args, 'plain'),
  };
  const relayClient = await box.relayClient();
  return (await relayClient.enrol(ask, who)) as unknown as Json;
};

const unenroll: Operation = async (call, box) => {
  const why = whyOf(call);
  const relayClient = await box.relayClient();
  await relayClient.unenrol({ who: call.who, why });
  return { done: true };
};

export const relayOperations: readonly (readonly [string, Operation])[] = [
  ['enroll', enroll],
  ['unenroll', unenroll],
];
