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
    [
      'a rival is not looked at',
      't < candidate.start && candidate.conflicting',
      't < candidate.start && false',
    ],
    ['stale bookings take', "(isStale(state) ? 'stale' : null)", 'null'],
    ['lock-down is not looked at', 'return lockdown.on || ', 'return '],
    ['low power is not looked at', 'health.powerLow || ', ''],
    ['a refusing disk is not looked at', "health.databaseSuspect || health.storage === 'degraded'", 'false'],
    ['a jammed slot hands out', '!slot.jammed && !slot.lineFaulted &&', '!slot.lineFaulted &&'],
    ['a jammed slot takes in', 'if (slot.jammed || slot.lineFaulted || slot.maintenance) return false;', ''],
    [
      'a slot with a key in it counts as empty',
      "slot.presence === 'none' ? slot.knownEmpty : slot.presence === 'absent';",
      "slot.presence === 'none' ? slot.knownEmpty : slot.presence !== 'none';",
    ],
    [
      'a slot nobody watches counts as empty',
      "slot.presence === 'none' ? slot.knownEmpty :",
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
    ['an old word makes the bookings new', 'if (newest) patch(draft, { sync', 'patch(draft, { sync'],
    ['a flood fills the journal', 'if (rejections.said) {', 'if (rejections.said && rejections.more < 0) {'],
    [
      'a life that is under way is written over',
      'if (useOf(draft.state, relayed.booking) !== null) return;',
      '',
    ],
  ),
  ...of(
    'visit.ts',
    ['a code is not burnt', "setUse(draft, { ...use, life: 'granted', pulses });", ''],
    [
      'a full box says nothing',
      "type: 'box-full',\n      key: key.name,",
      "type: 'denied',\n      key: key.name,",
    ],
  ),
  ...of(
    'grant.ts',
    [
      'a grant without its event',
      "journal(draft, { type: 'granted', for: what.for,",
      'void ({ for: what.for,',
    ],
    ['two locks at a time', 'slot === undefined || draft.state.powered !== null', 'slot === undefined'],
    ['a pulse without its event', "journal(draft, { type: 'pulsed',", 'void ({'],
    [
      'a lock that stays powered',
      '  patch(draft, { powered: null });\n  const { opening, door }',
      '  const { opening, door }',
    ],
    [
      'a grant that is never too old',
      'if (opening === null || nowOf(draft) > opening.until) {',
      'if (opening === null) {',
    ],
    ['a missed pulse spends a try', 'pulses: Math.max(use.pulses - 1, 0)', 'pulses: use.pulses'],
    [
      'a missed pulse is said to nobody',
      "journal(draft, { type: 'not-opened', slot: id, key, booking, who, by, reason });",
      '',
    ],
  ),
  ...of(
    'step.ts',
    [
      'deadlines go before what answers them',
      'at.unheard !== true && !lineNews.has(type)',
      'at.unheard !== true',
    ],
    [
      'deadlines go before what is still to be told',
      'at.unheard !== true && !lineNews.has(type)',
      '!lineNews.has(type)',
    ],
  ),
  ...of(
    'opening.ts',
    [
      'an open door without its event',
      "journal(draft, { type: 'door-opened', slot: id, key, booking, who, by });",
      '',
    ],
    ['a blind take that takes nothing', "keyTaken(draft, slot.id, opening, 'presumed');", ''],
    ['a take that is never missed', 'if (inside) notTaken(draft, slot.id, opening);', 'if (inside) return;'],
    ['a door that never fails to open', "journal(draft, { type: 'not-opened',", 'void ({'],
    ['a slot that never jams', 'setSlot(draft, slot, { jammed: true });', ''],
  ),
  ...of(
    'custody.ts',
    ['a removal without its event', "journal(draft, { type: 'key-taken',", 'void ({'],
    ['a removed key stays in the books', 'putOut(draft, key, { booking, who }, proof);', ''],
    ['a returned key stays out', "place: { at: 'slot', slot, proof }, lastHolder", 'lastHolder'],
    ['a reusable code takes once', 'codeUsed: use.codeUsed || !use.reuse', 'codeUsed: true'],
    ['a returned code is not used', 'codeUsed: use.codeUsed || !use.reuse', 'codeUsed: use.codeUsed'],
    ['any number of openings', 'openings >= limits.openingsUntaken', 'openings > 1_000'],
  ),
  ...of(
    'attempts.ts',
    [
      'guessing costs nothing',
      'if (wrongs < limits.wrongsLocked || waitUntil === null',
      'if (true || waitUntil === null',
    ],
    [
      'a right entry costs the next driver the wait',
      '  setAttempts(draft, { returns: { left: Math.min(left + 1, limits.returnLookups), since, lastAt: null } });',
      '  void left, since;',
    ],
    [
      'look-ups of returns come as fast as one can type',
      'now - returns.lastAt >= limits.returnLookupEveryMs;',
      'true;',
    ],
    [
      'look-ups of returns have no end',
      'if (!rested || refilled(returns, now).left < 1) return null;',
      'if (!rested) return null;',
    ],
    [
      'a wrong entry costs no look-up',
      'const returns = { ...spent(attempts.returns, now), lastAt: null };',
      'const returns = attempts.returns;',
    ],
    ['each tag of nobody is written', 'if (tags.said) {', 'if (tags.said && tags.more < 0) {'],
    [
      'what was not looked up is not in the journal',
      "if (count !== undefined) journal(draft, { type: 'denied', reason, count });",
      '',
    ],
    [
      'wrong entries are not counted',
      'const wrongs = Math.min(attempts.wrongs + 1, 1_000);',
      'const wrongs = attempts.wrongs;',
    ],
    ['a phone is never locked', 'if (wrongs < limits.phoneWrongs) {', 'if (wrongs < 1_000) {'],
  ),
  ...of(
    'pin.ts',
    ['any PIN will do', 'if (right.length === 0) noPin', 'if (found.length === 0) noPin'],
    [
      'a code at the prompt of somebody else is a wrong PIN',
      'length >= limits.codeForPinMinDigits ? admit(draft) : null',
      'length < 0 ? admit(draft) : null',
    ],
    ['codes are tried for nothing at the prompt of a locked phone', '(wasLocked && !asCode)', 'wasLocked'],
    [
      'whoever is locked out for an hour is told to wait half a minute',
      "? { text: 'pin-locked' } : undefined",
      '? undefined : undefined',
    ],
    ['no PIN is asked', 'candidate.needsPin || (subject.by ===', 'false && (subject.by ==='],
  ),
  ...of('credential.ts', [
    'returns wait like takes',
    'const returns = found.filter(candidate => mayReturn(draft.state, candidate));\n  if',
    'const returns = found.filter(() => false);\n  if',
  ]),
  ...of('entry.ts', [
    'what must wait is looked up all the same',
    "if (scope === null) refuseAs(draft, 'locked-out', 'code', null);\n  else draft.effects.push({ type: 'look-up', scope, pin: null });",
    "draft.effects.push({ type: 'look-up', scope: scope ?? 'all', pin: null });",
  ]),
  ...of(
    'prompt.ts',
    ['* leaves no prompt', "signal(draft, 'key');\n    leavePrompt(draft);", "signal(draft, 'key');"],
    ['silence is silent', "if (length > 0 || by === 'stall') beginAgain(draft);", ''],
    [
      'a PIN whose prompt is over is taken for a code',
      "return under === now ? 'prompt' : 'gone-prompt';",
      "return under === now ? 'prompt' : 'nothing';",
    ],
  ),
  ...of(
    'tag.ts',
    ['what was read once acts', '} else if (frames === 2) {', '} else {'],
    ['a stray fob takes the text of a return away', 'if (openingRead(draft.state)) return;', ''],
    [
      'a tag leaves no prompt',
      '  leavePrompt(draft);\n  if (key === null) phone',
      '  if (key === null) phone',
    ],
  ),
  ...of('screen-now.ts', [
    'a prompt is hidden by what was said',
    'if (prompt !== null) return',
    'if (prompt !== null && shown === null) return',
  ]),
  ...of(
    'clock.ts',
    ['an old clock is believed', "if (floor !== null && told < floor - slackMs) return 'behind';", ''],
    ['a clock a year ahead is believed', "if (floor !== null && told > floor + aheadMs) return 'ahead';", ''],
  ),
  ...of(
    'sensors.ts',
    ['a forced door is no alarm', "journal(draft, { type: 'door-forced',", 'void ({'],
    [
      'a forced slot stays empty',
      'setSlot(draft, id, { forced: true, knownEmpty: false });',
      'setSlot(draft, id, { forced: true });',
    ],
  ),
  ...of(
    'durable.ts',
    ['each start has a fresh allowance', "parts, 'flapping') ?? []", "parts, 'no-flapping') ?? []"],
    ['the count of guesses dies with the power', 'wrongs: saved.wrongs,', 'wrongs: 0,'],
    [
      'the power brings look-ups back',
      'left: saved.returnsLeft ?? fresh.returns.left',
      'left: fresh.returns.left',
    ],
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
    ['a wrong clock is forgotten with the power', "clockWrong ? 'behind' : clock.level", 'clock.level'],
  ),
  ...of(
    'flapping.ts',
    ['a loose contact is told for ever', 'if (quick || known.left < 1) {', 'if (quick && known.left < 1) {'],
    ['a source that came to rest stays counted', 'left, counted: null }', 'left }'],
  ),
  ...of('health.ts', [
    'what an earlier run has said is never taken back',
    'const at = takeBackAt(draft.state);',
    'const at: number | null = null;',
  ]),
  ...of('command.ts', [
    'a slip of the date is taken',
    'const slip = force ? null : slipOf(draft, wall ?? draft.at.wall);',
    'const slip: ReturnType<typeof slipOf> = force ? null : null;',
  ]),
  ...of('custody.ts', [
    'a void code that brought its key is as fresh as ever',
    'const ended = use ?? broughtBy(draft.state, name, holder);',
    'const ended = use;',
  ]),
  ...of(
    'boot.ts',
    [
      'nobody waits for an unconfirmed grant',
      "opening: { ...opening, phase: 'pulsed', unconfirmed: true,",
      "opening: null, lastClosed: null }); setSlot(draft, id, { opening: { ...opening, phase: 'open', moved: true, unconfirmed: true,",
    ],
    ['whatever is found in a slot is its own key', 'return [...atHome, ...led]', 'return atHome'],
  ),
  ...of('deadline.ts', [
    'nobody waits for a door',
    'now >= due.until) notOpened(draft, id);',
    'now < 0) notOpened(draft, id);',
  ]),
];
