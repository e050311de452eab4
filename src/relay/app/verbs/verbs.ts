import { UsageError } from '../../../base/command-line/usage.ts';
import { nearest } from '../../../base/config/suggestion.ts';
import { accountVerbs } from './account.ts';
import { backup } from './backup.ts';
import { brokerConfig } from './broker-config.ts';
import { doctor } from './doctor.ts';
import { fleetioSandbox } from './fleetio-sandbox.ts';
import { keyVerbs } from './key.ts';
import { personVerbs } from './person.ts';
import { restore } from './restore.ts';
import { setup } from './setup.ts';
import { tokenVerbs } from './token.ts';
import type { Verb } from './verb.ts';

/** In the order of the help. `token create` is two words. */
export const verbs: Readonly<Record<string, Verb>> = {
  setup,
  doctor,
  'token create': tokenVerbs.create,
  'token list': tokenVerbs.list,
  'token revoke': tokenVerbs.revoke,
  'person create': personVerbs.create,
  'person list': personVerbs.list,
  'person reset': personVerbs.reset,
  'person two-step-off': personVerbs.twoStepOff,
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
  readonly positionals: readonly string[];
} {
  for (const count of [2, 1]) {
    const name = words.slice(0, count).join(' ');
    const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
    if (verb !== undefined) return { name, verb, positionals: words.slice(count) };
  }
  const near = Object.keys(verbs).filter(name => name.startsWith(`${words[0]} `));
  const hint = near.length > 0 ? `It knows: ${near.join(', ')}.` : 'smartbox-relay --help lists all verbs.';
  const firsts = [...new Set(Object.keys(verbs).map(name => name.split(' ')[0] ?? name))];
  const typed = near.length > 0 ? words.slice(0, 2).join(' ') : (words[0] ?? '');
  const meant = nearest(typed, near.length > 0 ? near : firsts);
  const shown = meant === null ? words.slice(0, 2).join(' ') : `${typed} – did you mean “${meant}”?`;
  throw new UsageError(`there is no verb ${shown}`, hint);
}

/**
 * Of the verb that is named, of all that begin with the word, or of everything.
 * @throws UsageError where there is no such verb
 */
export function helpFor(words: readonly string[]): string {
  const [first] = words;
  if (first === undefined) return help();
  const family = Object.entries(verbs).filter(([name]) => name.startsWith(`${first} `));
  const shown =
    words.length === 1 && family.length > 0 ? family.map(([, verb]) => verb) : [pickVerb(words).verb];
  const lines = shown.map(({ usage, summary }) => `usage: smartbox-relay ${usage}\n    ${summary}`);
  return `${lines.join('\n\n')}\n\nEvery verb takes --config FILE and --data DIR, as the relay itself does.\n`;
}

const help = (): string => `usage: smartbox-relay [VERB] [--config FILE] [--data DIR]
Without a verb the relay runs, until SIGTERM. Without --config: everything in ./smartbox-relay-data, HTTP on
127.0.0.1:8080, MQTT on 127.0.0.1:1883.

${Object.values(verbs)
  .map(({ usage, summary }) => `  ${usage}\n      ${summary}`)
  .join('\n')}
`;
