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
  /** rules.md 20. */
  phoneWrongs: 5,
  phoneLocksMs: [900_000, 3_600_000, 86_400_000],
  phonesRemembered: 256,
  promptMs: 30_000,
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
  /** Changes of one slot's sensors in a minute that are written; more is a flapping sensor. */
  changesEachMinute: 60,
  /** Longest silence of a GPIO adapter over a pulse before the pulse counts as failed. */
  pulseSilenceMs: 1_000,
  keys: 1_000,
} as const;
