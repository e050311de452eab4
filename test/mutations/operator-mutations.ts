import { type Mutation, undone } from './mutation.ts';

/** Rows C: what newcomers and operators met. */
export const operatorMutations: readonly Mutation[] = [
  ...undone(
    'C1',
    'src/relay/core/box-faults.ts',
    ['relay/core/box-faults'],
    ['a full box is no Problem', "      return fault('box-full', box);", '      return null;'],
    [
      'a reader that is back stays lost',
      "endings.push({ kinds: ['reader-lost'], device: event.device });",
      'void event.device;',
    ],
    ['a slot that opened ends what its sensor said', "if (reason === 'opened') return ['jammed'];", ''],
    ['a lockout fades while somebody guesses', "if (keepsAwake(event)) awake(stories.get('lockout'));", ''],
  ),
  ...undone(
    'C1',
    'src/relay/domain/box-faults.ts',
    ['relay/domain/box-faults'],
    [
      'administrators are not told of a fault',
      'if (stories.some(({ said, goesOn }) => said > 0 || goesOn))',
      'if (stories.length < 0)',
    ],
  ),
  ...undone(
    'C1',
    'src/relay/domain/box-storage-problem.ts',
    ['relay/domain/box-storage-problem'],
    [
      'what was acknowledged is raised again',
      'if (stands && (await isKnown(context, box, last))) return;',
      '',
    ],
  ),
  ...undone(
    'C2',
    'src/relay/backup/newer-keys.ts',
    ['relay/backup/newer-keys'],
    ['a restore leaves boxes behind that a later key has', 'carried += 1;', 'break;'],
    [
      'the keys of another relay go on',
      'if (!verifySignature(signed, next.handover, last.sign)) break;',
      "if (signed === '') break;",
    ],
  ),
  ...undone(
    'C2',
    'src/relay/core/session/step.ts',
    ['relay/core/session/standing'],
    [
      'a box that believes a foreign key is deaf in silence',
      "if (reason === 'unknown-key') foreignKey(draft);",
      '',
    ],
  ),
  ...undone(
    'C3',
    'src/relay/http/pages/first-admin.ts',
    ['relay/http/pages/first-admin'],
    ['the printed link works for ever', ' && nowMs < Number(until);', ';'],
  ),
  ...undone(
    'C4',
    'src/box/core/custody.ts',
    ['box/core/seen'],
    [
      'a key that hung there is never stocked',
      'if (draft.state.sync.enrolled || wasMissing)',
      'if (wasMissing)',
    ],
  ),
  ...undone(
    'C4',
    'src/relay/domain/events.ts',
    ['relay/domain/keys'],
    [
      'the Problem of a key that was never stocked stays',
      "await clearProblem(context, { kind: 'key-never-stocked', subject: id });",
      '',
    ],
  ),
  ...undone(
    'C5',
    'src/relay/domain/places.ts',
    ['relay/domain/places'],
    ['the zone of the box itself does not count', 'zone: siteZone ?? told.zone,', 'zone: siteZone,'],
    [
      'the number of the box itself does not count',
      'phone: columns.site_phone ?? told.phone,',
      'phone: columns.site_phone,',
    ],
  ),
  ...undone(
    'C6',
    'src/relay/boxes/write-behind.ts',
    ['relay/boxes/whole'],
    [
      'events and answers are not heard',
      'if (write.answered) await rows.storeHeard(tx, write.owner.box, write.now);',
      '',
    ],
  ),
  ...undone(
    'C7',
    'src/box/core/clock.ts',
    ['box/core/clock'],
    [
      'a slip of six years is nothing',
      'return ms < -settableMs.back || ms > settableMs.ahead ?',
      'return ms > settableMs.ahead ?',
    ],
  ),
  ...undone(
    'C8',
    'src/relay/broker/mosquitto-owner.ts',
    ['relay/broker/mosquitto-owner'],
    [
      'a folder that Mosquitto cannot come to is taken',
      'if (found !== null && !mayEnter(found, owner))',
      'if (found !== null && owner.uid < 0)',
    ],
  ),
  ...undone(
    'C9',
    'src/relay/integrations/fleetio/integrations.ts',
    ['relay/integrations/fleetio/connected-once'],
    ['one account of Fleetio is connected twice', 'await mustBeAnother(context, candidate, null);', ''],
  ),
  ...undone(
    'C10',
    'scripts/stage/picture.ts',
    ['scripts/picture'],
    ['the cabinet wants a larger terminal', 'const isSmall = rows < 32;', 'const isSmall = false;'],
  ),
  ...undone(
    'C11',
    'src/wire/verify-read.ts',
    ['wire/verify'],
    ['a file that is no journal is called edited', 'journal ||= looksLikeJournal(text);', 'journal = true;'],
  ),
];
