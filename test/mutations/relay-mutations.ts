import { type Mutation, undone } from './mutation.ts';

/** Rows D that are the relay's own, and E. */
export const relayMutations: readonly Mutation[] = [
  ...undone(
    'D3',
    'src/relay/broker/certificates/broker-certificates.ts',
    ['relay/broker/certificates/broker-certificates'],
    ['a pair that is replaced waits for a restart', 'seen !== this.#seen', 'false'],
    [
      'one that boxes refuse takes the place of one that they believe',
      'if (wrong !== null && served !== null && objection',
      'if (wrong !== null && served === null && objection',
    ],
    [
      'the end is not said ahead',
      "this.#say('certificate-ends', names.pair, ending === 'soon' ? detail : null);",
      '',
    ],
  ),
  ...undone(
    'D4',
    'src/relay/core/session/knowledge.ts',
    ['relay/core/session/standing'],
    [
      'a box that has learnt the authorities stays a Problem',
      "draft.effects.push({ type: 'solved', kind: 'authorities-untold' });",
      'return;',
    ],
  ),
  ...undone(
    'D5',
    'src/relay/http/health.ts',
    ['relay/http/health'],
    ['a disk that refuses is ready', 'if (refusal !== null)', "if (refusal === '')"],
  ),
  ...undone(
    'D6',
    'src/relay/domain/phone.ts',
    ['relay/domain/places'],
    [
      'a number is read where the account is',
      'return region === null ? await homeOfAccount(reading) : { region, isChosen: true };',
      'return region === null ? await homeOfAccount(reading) : await homeOfAccount(reading);',
    ],
  ),
  ...undone(
    'D6',
    'src/relay/integrations/fleetio/sync/contact-phones.ts',
    ['relay/integrations/fleetio/sync/people'],
    [
      'a contact’s number is read where nobody said',
      'const all = known.length > 0 ? known : [await homeOfAccount(context)];',
      'const all = [await homeOfAccount(context)];',
    ],
  ),
  ...undone(
    'D7',
    'src/base/mail-address.ts',
    ['base/mail-address'],
    [
      'an apostrophe is no part of an address',
      "const localShape = /^[a-z0-9!#$%&'*+",
      'const localShape = /^[a-z0-9!#$%&*+',
    ],
    ['an address literal is taken', '!/^\\d+$/.test(labels.at(-1)', '!/^x+$/.test(labels.at(-1)'],
  ),
  ...undone(
    'D8',
    'src/relay/integrations/fleetio/sync/contact-erasure.ts',
    ['relay/domain/erasure'],
    ['a contact keeps the name of who was erased', 'name: unnamed(id),', ''],
  ),
  ...undone(
    'D8',
    'src/relay/domain/driver-erasure.ts',
    ['relay/domain/erasure'],
    ['texts that name somebody stay', 'await forgetWords(context, words);', ''],
    ['the name of before stays', ', ...formerWordsOf(context, row)', ''],
  ),
  ...undone(
    'D11',
    'src/relay/domain/tags.ts',
    ['relay/domain/keys'],
    ['a tag in two forms is two keys’', 'tagIdentity(number)}`);', 'number}`);'],
  ),
  ...undone(
    'D12',
    'src/relay/domain/event-export.ts',
    ['relay/boxes/event-export'],
    [
      'a range is not said to be one',
      'if (kept.from !== from || until.to !== undefined) yield rangeLine({ ...range, ...until });',
      '',
    ],
  ),
  ...undone(
    'D12',
    'src/wire/verify.ts',
    ['wire/verify', 'wire/verify-copy'],
    [
      'lines in another order are edited',
      "return failed('re-ordered', link,",
      "return failed('edited', link,",
    ],
  ),
  ...undone(
    'D12',
    'src/cli/verify.ts',
    ['cli/offline'],
    [
      'a beginning that nobody has signed passes as whole',
      'parts.every(({ leftOut }) => leftOut === null)',
      'parts.length > 0',
    ],
  ),
  ...undone(
    'E1',
    'src/box/adapters/sqlite/incoming.ts',
    ['box/relay-client/many'],
    [
      'a booking that is still on its way is not found',
      'if (found.length === 0) return;',
      'if (found.length >= 0) return;',
    ],
  ),
  ...undone(
    'E2',
    'src/relay/store/postgres-copies.ts',
    ['relay/store/postgres-copies'],
    [
      'two copies with their brokers inside run together',
      'if (rows[0]?.taken !== true) throw refused(mode);',
      '',
    ],
  ),
  ...undone(
    'E3',
    'src/box/relay-client/command-handler.ts',
    ['box/relay-client/command-handler'],
    [
      'a refusal is lost when the box reboots',
      '    this.#keep({ result, notAfter: wall(notAfter) });\n    return result;',
      '    return result;',
    ],
  ),
  ...undone(
    'E3',
    'src/relay/domain/enrolment.ts',
    ['relay/domain/enrolment'],
    [
      'a claim from before a rotation is used up',
      'all.findLast(({ key }) => claimPrint(key) === print) ?? all.at(-1)',
      'all.at(-1)',
    ],
  ),
  ...undone(
    'E4',
    'src/box/core/visit.ts',
    ['box/core/void-return'],
    [
      'a code that brought its key is fresh again',
      "const brings = unknown && by === 'code' ?",
      "const brings = unknown && by !== 'code' ?",
    ],
  ),
  ...undone(
    'E5',
    'src/relay/core/session/journal.ts',
    ['relay/core/session/step'],
    [
      'a code of a lost branch is good until a later event',
      'if (spent === null || stand.seq < spent.after.seq) return;',
      'if (spent === null || stand.seq <= spent.after.seq) return;',
    ],
  ),
  ...undone(
    'E6',
    'src/relay/app/verbs/doctor-messages.ts',
    ['relay/app/verbs/doctor-messages'],
    [
      'doctor does not say what it has not tried',
      'if (message === null)\n    return',
      "if (message === null)\n    return { level: 'good', text: name };\n  if (make === undefined)\n    return",
    ],
  ),
];
