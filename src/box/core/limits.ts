/** The limits that no configuration can move. Every queue and count of the core has its maximum here. */
export const limits = {
  /** rules.md 6: pulses without the door opening, then the slot is jammed. */
  pulsesUnopened: 3,
  /** rules.md 6: openings without the key being taken, then the code is spent. */
  openingsUntaken: 5,
  /** rules.md 14. */
  pulseMaxMs: 1_000,
  /** rules.md 18. */
  wrongsUniform: 3,
  wrongsLocked: 5,
  wrongsForgottenMs: 600_000,
  tryEveryMs: 30_000,
  /** During a wait, entries looked up among keys that are out: one in this time. */
  returnLookupEveryMs: 2_000,
  /** Such look-ups that find nothing, before they wait for the ordinary try: see attempts.ts. */
  returnLookups: 1_000,
  /** A tag of nobody is not put over the text of an opening that ended less than this ago. */
  openingTextMs: 5_000,
  /** An entry up to this length chooses from a list or says `0#`: no credential is so short (rules.md 19). */
  choiceMaxDigits: 2,
  /** Digits of an entry; what is longer names nothing. */
  entryMaxDigits: 16,
  /** rules.md 20. */
  pinMaxDigits: 8,
  /** A wrong PIN of so many digits may be a code. */
  codeForPinMinDigits: 6,
  phoneWrongs: 5,
  phoneLocksMs: [900_000, 3_600_000, 86_400_000],
  phonesRemembered: 256,
  promptMs: 30_000,
  /** How long after the last press the core forgets what is being typed, if the pad does not say that it was silent. */
  typingMs: 11_000,
  /** rules.md 7: how long other credentials wait for an unconfirmed grant after a boot. */
  unsettledMs: 60_000,
  /** rules.md 11. */
  foundEmptyMs: 60_000,
  /** rules.md 10. */
  wrongSlotMs: 20_000,
  /** Candidates of one entry that are looked at. */
  candidates: 16,
  /** Denials written one by one in a minute; what comes on top is one summed line a minute. */
  denialsEachMinute: 30,
  learnMs: 60_000,
  /** How long after the door's closing a presence change still belongs to that opening. */
  settleMs: 1_000,
  /** A run that begins so soon after a door was shut takes what that door still does for its bouncing. */
  restartMs: 10_000,
  /** Changes of one sensor in a minute, whatever for; more is a flapping sensor. */
  changesEachMinute: 60,
  /** Changes of one sensor, line or port that no credential explains and that are told one by one; then they are counted. */
  changesReported: 24,
  /** One of them comes back in this time, and so many at once where the source was quiet for the whole of an interval. */
  changeReportedEveryMs: 3_600_000,
  changesReportedAgain: 4,
  /** After what time a count is told; the last for as long as it goes on. */
  flappingReportedMs: [60_000, 300_000, 900_000, 3_600_000],
  /** Longest silence of a GPIO adapter over the end of a pulse, or over its begin once the grant is too old, before it counts as failed. */
  pulseSilenceMs: 1_000,
  /** How long after a boot a line or a port may take to say that what was wrong before still is. */
  alarmsAnewMs: 10_000,
  keys: 1_000,
} as const;
