import * as v from 'valibot';
import { shaped } from '../../wire/reading.ts';
import { severities } from '../core/problems/facts.ts';
import { badInput } from './faults.ts';

/** The languages of messages and pages. */
export const languages = ['en', 'nl', 'de', 'fr', 'es'] as const;
export type Language = (typeof languages)[number];

export const isLanguage = (word: string | null): word is Language =>
  (languages as readonly (string | null)[]).includes(word);

const timeOfDay = shaped(5, /^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 22:00');
const perDay = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(1_000_000));
/** Read where it is set (accounts.ts) and where it is used: one that was set by an older rule does not spoil the rest. */
const address = v.pipe(v.string(), v.maxLength(320));

/** The settings of an account for its messages. */
export const notifySettings = v.object({
  /** How drivers are told: by what is named and they have; `mail-or-sms`: by SMS only who has no mail address. */
  channels: v.optional(v.picklist(['mail', 'sms', 'both', 'mail-or-sms']), 'mail-or-sms'),
  /** Whether an SMS holds the link to the driver's page: carriers and drivers take texts with links for fraud more often. */
  smsLink: v.optional(v.boolean(), true),
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
  /** Which faults of boxes `admins` are told of by mail: the least grave that is; `off`: of none. */
  faults: v.optional(v.picklist(['off', ...severities]), 'will-stop-people'),
  /** Whether a verified phone opens without a PIN: whoever knows the number can then take the driver's keys. */
  phoneAlone: v.optional(v.boolean(), false),
});
export type NotifySettings = v.InferOutput<typeof notifySettings>;

/** The most that whoever runs the relay lets an account set, and send. */
export type MessageCeilings = Pick<NotifySettings, 'perDay' | 'perPhoneDay'>;

/** A ceiling that was lowered holds also for what was set before. */
export const underCeilings = (notify: NotifySettings, ceilings: MessageCeilings): NotifySettings => ({
  ...notify,
  perDay: Math.min(notify.perDay, ceilings.perDay),
  perPhoneDay: Math.min(notify.perPhoneDay, ceilings.perPhoneDay),
});

/** @throws Fault `bad-input` naming the ceiling */
export function mustBeUnder(ceilings: MessageCeilings, wanted: Partial<MessageCeilings>): void {
  for (const name of ['perDay', 'perPhoneDay'] as const)
    if ((wanted[name] ?? 0) > ceilings[name])
      throw badInput(
        `settings.notify.${name}`,
        `must be at most ${ceilings[name]}`,
        'Whoever runs the relay sets this ceiling, in the section limits of relay.yaml.',
      );
}
