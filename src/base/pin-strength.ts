import { isTrivial } from './code-strength.ts';

export const pinDigits = { min: 4, max: 8 } as const;
const shape = /^[0-9]{4,8}$/;

/** rules.md 20: what nobody may choose as a PIN, wherever it is typed. */
export type PinFlaw = 'not-digits' | 'trivial' | 'in-phone';

/** `phone`: the number that it is typed after, E.164; null where there is none or it is not known yet. */
export function pinFlaw(pin: string, phone: string | null): PinFlaw | null {
  if (!shape.test(pin)) return 'not-digits';
  if (isTrivial(pin)) return 'trivial';
  return phone !== null && isInPhone(pin, phone) ? 'in-phone' : null;
}

/** In words for the person who chose it; none of them repeats it. */
export const pinFlawText: Readonly<Record<PinFlaw, string>> = {
  'not-digits': `must be ${pinDigits.min} to ${pinDigits.max} digits`,
  trivial: 'is easily guessed (a repeat such as 1212, or a run such as 3456 or 1122)',
  'in-phone': 'is part of the phone number',
};

/** Also of the number as it is dialled at home, with a 0 where its country code stands, and from abroad, with 00 before it. */
function isInPhone(pin: string, phone: string): boolean {
  const digits = `00${phone.replaceAll(/[^0-9]/g, '')}`;
  const atHome = pin.startsWith('0') && [1, 2, 3].some(code => digits.startsWith(pin.slice(1), code + 2));
  return digits.includes(pin) || atHome;
}
