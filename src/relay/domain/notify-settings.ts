import * as v from 'valibot';

/** What messages and pages are written in. */
export const languages = ['en', 'nl', 'de', 'fr', 'es'] as const;
export type Language = (typeof languages)[number];

export const isLanguage = (word: string | null): word is Language =>
  (languages as readonly (string | null)[]).includes(word);

const timeOfDay = v.pipe(v.string(), v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 22:00'));
const perDay = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(1_000_000));
const address = v.pipe(
  v.string(),
  v.maxLength(254),
  v.regex(/^[^\s@<>()",;:\\]+@[^\s@<>()",;:\\]+$/, 'must be a mail address'),
);

/** What an account may say about its messages. */
export const notifySettings = v.object({
  /** How drivers are told: by what is named and they have; `mail-or-sms`: by SMS only who has no mail address. */
  channels: v.optional(v.picklist(['mail', 'sms', 'both', 'mail-or-sms']), 'mail-or-sms'),
  /** For who has none, in a place that has none. */
  language: v.optional(v.picklist(languages), 'en'),
  /** So long before the start drivers are reminded; null: not. Hours. */
  reminderH: v.optional(v.nullable(v.pipe(v.number(), v.minValue(0.25), v.maxValue(168))), 2),
  /** Nothing arrives then, in the time of the box's site, but what could not wait. */
  quiet: v.optional(v.nullable(v.strictObject({ from: timeOfDay, to: timeOfDay })), null),
  /** Most messages in 24 hours: of the account, and by SMS to one number. */
  perDay: v.optional(perDay, 5_000),
  perPhoneDay: v.optional(perDay, 10),
  /** Who is asked and told, by mail. */
  admins: v.optional(v.pipe(v.array(address), v.maxLength(10)), []),
  /** Whether a verified phone opens without a PIN: whoever knows the number can then take the driver's keys. */
  phoneAlone: v.optional(v.boolean(), false),
});
export type NotifySettings = v.InferOutput<typeof notifySettings>;
