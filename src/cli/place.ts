import { UsageError } from './exit.ts';

/** A slot's number from the command line. @throws UsageError */
export function slotPlace(text: string | undefined): number {
  const slot = Number(text);
  if (text !== undefined && /^\d{1,3}$/.test(text) && slot >= 1) return slot;
  throw new UsageError(`${text ?? 'nothing'} is no slot`, 'Give the number painted on its door, such as 3.');
}

/** A whole number of at least 1. @throws UsageError */
export function countFlag(text: string, flag: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new UsageError(`--${flag} ${text} is no whole number`, `Such as --${flag} 20.`);
}

/** `on` or `off`. @throws UsageError */
export function switchPlace(text: string | undefined): boolean {
  if (text === 'on' || text === 'off') return text === 'on';
  throw new UsageError(`${text ?? 'nothing'} is neither on nor off`, 'Say on or off.');
}
