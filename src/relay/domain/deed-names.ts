/** Deeds that the audit can hold, in one word each: what exports and the API say, and what pages have a sentence for. */
export const deedNames = [
  ...(['booking-created', 'booking-changed', 'booking-cancelled', 'code-read', 'code-renewed'] as const),
  ...(['fields-asked', 'message-asked', 'message-resent', 'instructions-sent-again'] as const),
  ...(['template-changed', 'test-message'] as const),
  ...(['key-created', 'key-changed', 'key-deleted', 'keys-imported'] as const),
  ...(['driver-created', 'driver-changed', 'driver-erased', 'tries-read'] as const),
  ...(['phone-moved', 'phone-voided'] as const),
  ...(['box-created', 'box-changed', 'box-enrolled', 'box-retired', 'claim-made', 'command'] as const),
  ...(['site-created', 'site-changed', 'site-deleted'] as const),
  ...(['integration-created', 'integration-changed', 'integration-deleted', 'integration-settled'] as const),
  ...(['vehicle-changed', 'vehicles-linked', 'vehicles-read'] as const),
  ...(['webhook-created', 'webhook-changed', 'webhook-removed', 'webhook-disabled'] as const),
  ...(['webhook-secret-rolled', 'webhook-tested'] as const),
  ...(['problem-acknowledged', 'problem-snoozed', 'problem-woken'] as const),
  ...(['account-created', 'account-changed', 'token-created', 'token-revoked'] as const),
  ...(['person-created', 'person-changed', 'person-link-made', 'password-chosen'] as const),
  ...(['second-factor-begun', 'second-factor-on', 'second-factor-removed'] as const),
  ...(['recovery-codes-made', 'recovery-code-used'] as const),
  ...(['signed-in', 'signed-out', 'session-proved', 'session-ended', 'sessions-ended'] as const),
  ...(['key-rotated', 'backup-made', 'backup-restored', 'broker-config-written'] as const),
] as const;

export type DeedName = (typeof deedNames)[number];
