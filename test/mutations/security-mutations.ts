import { type Mutation, undone } from './mutation.ts';

/** Rows B: what somebody may do to a relay. */
export const securityMutations: readonly Mutation[] = [
  ...undone(
    'B1',
    'src/relay/integrations/fleetio/api/records.ts',
    ['relay/integrations/fleetio/api/record-cost'],
    [
      'a text of a record may have any length',
      "v.pipe(v.string(), v.maxLength(most, 'is too long'))",
      "v.pipe(v.string(), v.maxLength(most + 1_000_000, 'is too long'))",
    ],
  ),
  ...undone(
    'B2',
    'src/relay/integrations/fleetio/integrations.ts',
    ['relay/integrations/fleetio/kept-tokens'],
    [
      'kept tokens go to another server',
      'originOf(patch.baseUrl) === originOf(baseUrl)) return;',
      'originOf(patch.baseUrl) !== baseUrl) return;',
    ],
  ),
  ...undone(
    'B3',
    'src/relay/messages/phone-check.ts',
    ['relay/messages/http/driver/another-phone'],
    [
      'a link is enough to replace a phone',
      '(isProtected(before, phone) && !provesOld(context, answer, { row, before }))',
      'false',
    ],
    [
      'a PIN alone protects nothing',
      '(phone === null ? pin !== null : phone !== next)',
      '(phone === null ? false : phone !== next)',
    ],
    ['who is replaced is not told', '  await tellPerson(context, {', '  void ({'],
  ),
  ...undone(
    'B4',
    'src/relay/domain/enrolment.ts',
    ['relay/domain/enrolment'],
    [
      'a box that is well is replaced',
      'if (isOther && (await isServing(context, box))) throw servingFault(box.id);',
      '',
    ],
    [
      'the place of a dead box is taken with its codes',
      '  const untold = await freshCodes(context, box);',
      '  const untold: readonly string[] = [];',
    ],
  ),
  ...undone(
    'B5',
    'src/relay/domain/retirement.ts',
    ['relay/domain/retirement'],
    [
      'phone and PIN of a stolen card open elsewhere',
      'await changeDriver(context, id, { phoneOpens: false, badge: null, pin: null });',
      '',
    ],
  ),
  ...undone(
    'B5',
    'src/relay/domain/records.ts',
    ['relay/domain/retirement'],
    [
      'whom the nightly copies of a stolen card have is forgotten',
      'knownRev, now - codeRestMs)',
      'knownRev, now + 1)',
    ],
  ),
  ...undone(
    'B6',
    'src/base/connection-shares.ts',
    ['base/connection-shares'],
    [
      'the oldest connection of all makes room',
      'if (busiest === null || each.size > busiest.size) busiest = each;',
      'busiest ??= each;',
    ],
  ),
  ...undone(
    'B6',
    'src/relay/http/connections.ts',
    ['relay/http/connections'],
    ['one address keeps newcomers out', '(idle.evict() ?? busy.evict())?.destroy();', 'socket.destroy();'],
  ),
  ...undone(
    'B7',
    'src/box/core/attempts.ts',
    ['box/core/attempts', 'box/core/guessing'],
    [
      'a search among keys that are out costs nothing',
      'setAttempts(draft, { returns: { ...spent(returns, now), lastAt: now } });',
      '',
    ],
  ),
  ...undone(
    'B8',
    'src/relay/boxes/event-budget.ts',
    ['relay/boxes/event-budget'],
    ['a box may write for ever', 'if (left <= 0) {', 'if (left <= -this.#aDayBytes) {'],
    [
      'a box that was quiet stays over its budget',
      'if (left >= this.#aDayBytes * recovered) this.#over = false;',
      '',
    ],
  ),
  ...undone(
    'B8',
    'src/relay/app/disk-reserve.ts',
    ['relay/app/disk-reserve'],
    [
      'no part of the disk is kept',
      'const low = freeBytes < (this.#low === true ? reserve * enoughTimes : reserve);',
      'const low = freeBytes < 0;',
    ],
  ),
  ...undone(
    'B9',
    'src/relay/http/request-origin.ts',
    ['relay/http/request-origin'],
    [
      'a proxy that nobody named is not told of',
      "if (!isTrusted(socket.remoteAddress ?? '')) untrusted(address);",
      '',
    ],
  ),
  ...undone(
    'B9',
    'src/base/origin.ts',
    ['base/origin'],
    ['each address of a /64 is another caller', 'const networkGroups = 4;', 'const networkGroups = 8;'],
  ),
  ...undone(
    'B10',
    'src/relay/integrations/fleetio/sync/same-person.ts',
    ['relay/integrations/fleetio/sync/people'],
    ['a depot’s phone makes two people one', ' && isSaid.every((said, at) => !said || isEqual[at])', ''],
  ),
  ...undone(
    'B11',
    'src/base/pin-strength.ts',
    ['base/pin-strength'],
    ['a trivial PIN is taken', "if (isTrivial(pin)) return 'trivial';", ''],
    ['a PIN may be dialled before the number', 'digits.includes(pin) || atHome', 'digits.includes(pin)'],
  ),
  ...undone(
    'B11',
    'src/relay/secrets/pins.ts',
    ['relay/domain/people', 'relay/messages/http/driver/another-phone'],
    [
      'a PIN is not held against the phone',
      'const flaw = pinFlaw(this.#pin.reveal(), phone);',
      'const flaw = pinFlaw(this.#pin.reveal(), phone === null ? phone : null);',
    ],
  ),
  ...undone(
    'B12',
    'src/relay/secrets/turns.ts',
    ['relay/secrets/pins'],
    [
      'accounts do not take turns',
      '      this.#waiting.delete(asker);\n      if (queue.length > 0)',
      '      if (queue.length === 0) this.#waiting.delete(asker);\n      if (queue.length > 0)',
    ],
  ),
  ...undone(
    'B12',
    'src/relay/secrets/turns.ts',
    ['relay/secrets/turns'],
    ['all places taken keep out who has none', 'this.#makeRoom(asker);', 'throw this.#full();'],
  ),
  ...undone(
    'B13',
    'src/box/control/ops-backup.ts',
    ['cli/verbs-live'],
    [
      'a backup leaves no event',
      "await obeyed(call, box, { verb: 'access', what: 'backup', device: null });",
      '',
    ],
  ),
  ...undone(
    'B13',
    'src/box/control/ops-live.ts',
    ['cli/verbs-live'],
    [
      'a recording leaves no event',
      "await obeyed(call, box, { verb: 'access', what: 'serial-record', device });",
      '',
    ],
  ),
  ...undone(
    'B14',
    'src/box/adapters/sqlite/restore.ts',
    ['box/adapters/sqlite/restore'],
    [
      'a foreign schema is restored',
      'if (foreign !== null) throw',
      'if (foreign === schemaVersion.toString()) throw',
    ],
    ['what the box signed may be changed', '    checkSignature(db);\n', ''],
  ),
  ...undone(
    'B15',
    'src/relay/domain/notify-settings.ts',
    ['relay/domain/notify-settings'],
    [
      'a tenant sets its own ceilings',
      'if ((wanted[name] ?? 0) > ceilings[name])',
      'if ((wanted[name] ?? 0) < 0)',
    ],
  ),
  ...undone(
    'B16',
    'src/box/relay-client/command-handler.ts',
    ['box/relay-client/command-handler'],
    [
      'a plausible clock runs a command that was held back',
      "return level === 'synced' || this.#deps.isFresh(challenge) ? null : 'challenge';",
      "return trusted(level) || this.#deps.isFresh(challenge) ? null : 'challenge';",
    ],
  ),
  ...undone(
    'B16',
    'src/relay/core/session/twins.ts',
    ['relay/core/session/standing'],
    ['two clones of a card raise nothing', 'if (isBack) signOfTwins(draft);', ''],
  ),
  ...undone(
    'B16',
    'src/relay/config/config.ts',
    ['relay/config/config'],
    [
      'a password crosses a network in clear',
      'if (url === null || plain || !isInClear(readBrokerUrl(url))) return false;',
      'if (url !== null || plain) return false;',
    ],
  ),
];
