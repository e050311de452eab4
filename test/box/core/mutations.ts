/** A small wound in the core, which a table, the oracle or the form of the events must notice. */
export interface Mutation {
  readonly name: string;
  /** Under `src/box/core/`. */
  readonly file: string;
  /** Occurs exactly once. */
  readonly find: string;
  readonly replace: string;
}

const of = (file: string, ...wounds: readonly (readonly [string, string, string])[]): readonly Mutation[] =>
  wounds.map(([name, find, replace]) => ({ name, file, find, replace }));

export const mutations: readonly Mutation[] = [
  ...of(
    'decide.ts',
    ['a cancelled booking takes', "return candidate.cancelled ? 'cancelled' : null", 'return null'],
    ['a used code takes again', "if (by === 'code' && use?.codeUsed === true) return 'used';", ''],
    ['a void code takes', "if (by === 'code' && candidate.voided) return 'unknown';", ''],
    [
      'the window never ends',
      'const late = candidate.end !== null && t >= candidate.end;',
      'const late = candidate.end !== null && t < 0;',
    ],
    ['the end still takes', 't >= candidate.end;', 't > candidate.end;'],
    [
      'any time is early enough',
      'const early = t < candidate.start - state.rules.leadMs;',
      'const early = t < 0;',
    ],
    ['a rival is not looked at', 't < candidate.start && candidate.rival', 't < candidate.start && false'],
    ['stale bookings take', "return age > maxSyncAgeMs ? 'stale' : null", 'return null'],
    ['lock-down is not looked at', 'return lockdown.on || ', 'return '],
    ['low power is not looked at', 'health.powerLow || ', ''],
    ['a refusing disk is not looked at', "health.databaseSuspect || health.storage === 'degraded'", 'false'],
    ['a jammed slot hands out', '!slot.jammed && !slot.lineFaulted &&', '!slot.lineFaulted &&'],
    ['a jammed slot takes in', 'if (slot.jammed || slot.lineFaulted || slot.maintenance) return false;', ''],
    [
      'a slot with a key in it counts as empty',
      "slot.presence === 'none' ? slot.emptied : slot.presence === 'absent';",
      "slot.presence === 'none' ? slot.emptied : slot.presence !== 'none';",
    ],
    [
      'a slot nobody watches counts as empty',
      "slot.presence === 'none' ? slot.emptied :",
      "slot.presence === 'none' ? true :",
    ],
    ['a fourth pulse', 'use.pulses >= limits.pulsesUnopened', 'use.pulses > limits.pulsesUnopened'],
    [
      'returns go to the highest slot',
      'home ?? free.find(slot => !slot.doorSuspect) ?? free[0]',
      'free.at(-1)',
    ],
  ),
  ...of(
    'sync.ts',
    ['an old word makes the bookings new', 'if (newest) patch(turn, { sync', 'patch(turn, { sync'],
    ['a flood fills the journal', 'if (rejections.said) {', 'if (rejections.said && rejections.more < 0) {'],
    ['a life that is under way is written over', 'if (useOf(turn.state, told.booking) !== null) return;', ''],
  ),
  ...of(
    'visit.ts',
    ['a code is not burnt', "setUse(turn, { ...use, life: 'granted', pulses });", ''],
    [
      'a full box says nothing',
      "type: 'box-full',\n      key: key.name,",
      "type: 'denied',\n      key: key.name,",
    ],
  ),
  ...of(
    'opening.ts',
    [
      'a grant without its event',
      "journal(turn, { type: 'granted', for: what.for,",
      'void ({ for: what.for,',
    ],
    ['two locks at a time', 'slot === undefined || turn.state.powered !== null', 'slot === undefined'],
    ['a pulse without its event', "journal(turn, { type: 'pulsed',", 'void ({'],
    [
      'a lock that stays powered',
      '  patch(turn, { powered: null });\n  const { opening, door }',
      '  const { opening, door }',
    ],
    [
      'an open door without its event',
      "journal(turn, { type: 'door-opened', slot: id, key, booking, who, by });",
      '',
    ],
    ['a blind take that takes nothing', "keyTaken(turn, slot.id, opening, 'presumed');", ''],
    ['a take that is never missed', 'if (inside) notTaken(turn, slot.id, opening);', 'if (inside) return;'],
    ['a door that never fails to open', "journal(turn, { type: 'not-opened',", 'void ({'],
    ['a slot that never jams', 'setSlot(turn, slot, { jammed: true });', ''],
  ),
  ...of(
    'custody.ts',
    ['a removal without its event', "journal(turn, { type: 'key-taken',", 'void ({'],
    ['a removed key stays in the books', 'putOut(turn, key, { booking, who }, proof);', ''],
    ['a returned key stays out', "place: { at: 'slot', slot, proof }, lastHolder", 'lastHolder'],
    ['a reusable code takes once', 'codeUsed: use.codeUsed || !use.reuse', 'codeUsed: true'],
    ['a returned code is not used', 'codeUsed: use.codeUsed || !use.reuse', 'codeUsed: use.codeUsed'],
    ['any number of openings', 'openings >= limits.openingsUntaken', 'openings > 1_000'],
  ),
  ...of(
    'guard.ts',
    [
      'guessing costs nothing',
      'if (wrongs < limits.wrongsLocked || waitUntil === null',
      'if (true || waitUntil === null',
    ],
    [
      'wrong entries are not counted',
      'const wrongs = Math.min(guard.wrongs + 1, 1_000);',
      'const wrongs = guard.wrongs;',
    ],
    ['a phone is never locked', 'if (wrongs < limits.phoneWrongs) {', 'if (wrongs < 1_000) {'],
  ),
  ...of(
    'entry.ts',
    ['any PIN will do', 'if (right.length === 0) {\n    wrongPin', 'if (found.length === 0) {\n    wrongPin'],
    ['no PIN is asked', 'candidate.needsPin || (subject.by ===', 'false && (subject.by ==='],
    [
      'returns wait like takes',
      'const returns = found.filter(candidate => mayReturn(turn.state, candidate));\n  const options',
      'const returns = found.filter(() => false);\n  const options',
    ],
  ),
  ...of(
    'clock.ts',
    ['an old clock is believed', "if (floor !== null && told < floor - slackMs) return 'behind';", ''],
    ['a clock a year ahead is believed', "if (floor !== null && told > floor + aheadMs) return 'ahead';", ''],
  ),
  ...of(
    'sensors.ts',
    ['a forced door is no alarm', "journal(turn, { type: 'door-forced',", 'void ({'],
    [
      'a forced slot stays empty',
      'setSlot(turn, id, { forced: true, emptied: false });',
      'setSlot(turn, id, { forced: true });',
    ],
  ),
  ...of(
    'durable.ts',
    ['the count of guesses dies with the power', 'wrongs: saved.wrongs,', 'wrongs: 0,'],
    [
      'custody dies with the power',
      'JSON.stringify({ place, lastHolder });',
      'JSON.stringify({ lastHolder });',
    ],
    [
      'lock-down dies with the power',
      "parsed<BoxState['lockdown']>(parts, 'lockdown') ?? fresh.lockdown",
      'fresh.lockdown',
    ],
  ),
  ...of('boot.ts', [
    'nobody waits for an unconfirmed grant',
    "opening: { ...opening, phase: 'pulsed', unconfirmed: true,",
    "opening: null, settled: null }); setSlot(turn, id, { opening: { ...opening, phase: 'open', moved: true, unconfirmed: true,",
  ]),
  ...of('deadline.ts', [
    'nobody waits for a door',
    'now >= due.until) notOpened(turn, id);',
    'now < 0) notOpened(turn, id);',
  ]),
];
