import { type Mutation, undone } from './mutation.ts';

/** Rows D and E between the relay, Fleetio and those who carry its messages. */
export const fleetioMutations: readonly Mutation[] = [
  ...undone(
    'D1',
    'src/relay/integrations/fleetio/api/lists.ts',
    ['relay/integrations/fleetio/api/lists'],
    [
      'an odd record is left out in silence',
      "if ('malformed' in parsed) malformed.push(parsed.malformed);",
      "if ('malformed' in parsed) continue;",
    ],
    [
      'a cursor that comes back is the end',
      'if (seen.has(name)) throw repeated(what);',
      'if (seen.has(name)) return;',
    ],
  ),
  ...undone(
    'D1',
    'src/relay/integrations/fleetio/sync/connection-problems.ts',
    ['relay/integrations/fleetio/sync/malformed'],
    [
      'the next good call clears what was not compared',
      "const disproved: readonly ProblemKind[] = ['fleetio-unauthorized', 'fleetio-limited', 'fleetio-unreachable'];",
      "const disproved: readonly ProblemKind[] = ['fleetio-unauthorized', 'fleetio-limited', 'fleetio-unreachable', 'fleetio-not-compared'];",
    ],
  ),
  ...undone(
    'D2',
    'src/relay/messages/channels/smtp-refusal.ts',
    ['relay/messages/smtp-refusal'],
    [
      'a block of our server is the person’s fault',
      "(subject === '1' || subject === '2') && !aboutSender.includes(status);",
      '!aboutSender.includes(status);',
    ],
    ['an address of ours is the person’s fault', ' && !aboutSender.includes(status)', ''],
    ['words are not read', "if (wayWords.some(words => words.test(text))) return 'way';", ''],
  ),
  ...undone(
    'D2',
    'src/relay/messages/channels/smtp.ts',
    ['relay/messages/mail', 'relay/messages/outbox'],
    [
      'a way that is blocked is only later',
      "const isBlocked = fault === 'way' && responseCode >= 500;",
      "const isBlocked = fault === 'way' && responseCode >= 600;",
    ],
  ),
  ...undone(
    'D9',
    'src/relay/messages/provider-news.ts',
    ['relay/messages/provider-news'],
    [
      'news before the answer is lost',
      "id == null ? query.where('provider_id', '=', providerId) : query.where('id', '=', id)",
      "query.where('provider_id', '=', providerId)",
    ],
    [
      'news of the first try undoes the second',
      'if (row.provider_id !== null && row.provider_id !== providerId) return null;',
      '',
    ],
  ),
  ...undone(
    'D10',
    'src/relay/messages/provider-news.ts',
    ['relay/messages/provider-news'],
    ['who could not be reached by SMS is told nothing', 'await tellByOtherChannel(context, row);', ''],
  ),
  ...undone(
    'D10',
    'src/relay/messages/other-channel.ts',
    ['relay/messages/other-channel'],
    ['two ways that fail take turns without end', 'if (data.isInstead === true) return;', ''],
  ),
  ...undone(
    'D10',
    'src/relay/messages/outgoing-message.ts',
    ['relay/messages/sms-text'],
    [
      'a text has its link whatever the account wants',
      "isSms && !found.notify.smsLink ? { ...said, link: '' } : said",
      'said',
    ],
    [
      'the digits are bound to no page',
      "kind === 'verify-phone' && URL.canParse(pagesUrl)",
      "kind === 'verify-phone' && pagesUrl === ''",
    ],
  ),
  ...undone(
    'D13',
    'src/relay/messages/fields.ts',
    ['relay/messages/fields', 'relay/messages/key-away'],
    [
      'a key that somebody else has is ready',
      "return isKeyAway ? 'key-away' : 'ready';",
      "return isKeyAway ? 'ready' : 'ready';",
    ],
  ),
  ...undone(
    'D13',
    'src/relay/messages/outgoing-message.ts',
    ['relay/messages/key-away'],
    [
      'nobody is told that the key is back',
      'if (access === null || message.address === null || !access.isKeyAway || !needsKeyBack(kind)) return;',
      'if (access !== null || message.address === null) return;',
    ],
  ),
  ...undone(
    'D14',
    'src/relay/core/assignment.ts',
    ['relay/core/assignment'],
    [
      'an assignment that ends before it begins is booked from now',
      "if (isBackwards(assigned, now)) return { do: 'nothing', why: 'backwards' };",
      '',
    ],
  ),
  ...undone(
    'D14',
    'src/base/retry-after.ts',
    ['base/retry-after'],
    ['a date in Retry-After is ignored', 'return at === null ? null :', 'return at !== null ? null :'],
  ),
  ...undone(
    'E6',
    'src/relay/integrations/fleetio/sync/deletion.ts',
    ['relay/integrations/fleetio/sync/deletion', 'relay/integrations/fleetio/sync/deletion-pieces.all'],
    [
      'bookings of a deleted integration stay whatever was asked',
      'await cancelBooking(context, row.id);',
      'void row.id;',
    ],
    [
      'all bookings of a deleted integration are settled in one transaction',
      'if (settled === settledMax) break;',
      'if (settled < 0) break;',
    ],
  ),
];
