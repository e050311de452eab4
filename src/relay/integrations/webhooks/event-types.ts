/** Everything that an address can be told of. Names are for good: whoever listens decides by them. */
export const webhookTypes = [
  'booking.changed',
  'key.taken',
  'key.returned',
  'access.denied',
  'problem.opened',
  'problem.cleared',
  'box.online',
  'box.offline',
] as const;
export type WebhookType = (typeof webhookTypes)[number];

/** Sent when somebody asks for it, whatever the address is told of otherwise. */
export const testType = 'webhook.test';

/** As CloudEvents have it: behind the name of whose types they are. */
export const cloudType = (type: string): string => `smartbox.${type}`;
