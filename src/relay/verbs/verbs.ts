import { accountVerbs } from './account.ts';
import { backup } from './backup.ts';
import { brokerConfig } from './broker-config.ts';
import { doctor } from './doctor.ts';
import { fleetioSandbox } from './fleetio-sandbox.ts';
import { keyVerbs } from './key.ts';
import { restore } from './restore.ts';
import { setup } from './setup.ts';
import { tokenVerbs } from './token.ts';
import { UsageError, type Verb } from './verb.ts';

/** In the order of the help. `token create` is two words. */
export const verbs: Readonly<Record<string, Verb>> = {
  setup,
  doctor,
  'token create': tokenVerbs.create,
  'token list': tokenVerbs.list,
  'token revoke': tokenVerbs.revoke,
  'account create': accountVerbs.create,
  'account list': accountVerbs.list,
  'broker-config': brokerConfig,
  'key rotate': keyVerbs.rotate,
  backup,
  restore,
  'fleetio-sandbox': fleetioSandbox,
};

/** The verb that the words begin with, and the words after it. @throws UsageError */
export function pickVerb(words: readonly string[]): {
  readonly name: string;
  readonly verb: Verb;
  readonly places: readonly string[];
} {
  for (const count of [2, 1]) {
    const name = words.slice(0, count).join(' ');
    const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
    if (verb !== undefined) return { name, verb, places: words.slice(count) };
  }
  const near = Object.keys(verbs).filter(name => name.startsWith(`${words[0]} `));
  const hint = near.length > 0 ? `It knows: ${near.join(', ')}.` : 'smartbox-relay --help lists all verbs.';
  throw new UsageError(`there is no verb ${words.slice(0, 2).join(' ')}`, hint);
}

export const help = (): string => `usage: smartbox-relay [VERB] [--config FILE] [--data DIR]
Without a verb the relay runs, until SIGTERM. Without --config: everything in ./smartbox-relay-data, HTTP on
127.0.0.1:8080, MQTT on 127.0.0.1:1883.

${Object.values(verbs)
  .map(({ usage, summary }) => `  ${usage}\n      ${summary}`)
  .join('\n')}
`;
