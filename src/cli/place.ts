import { UsageError } from '../base/command-line/usage.ts';

/** A slot's number from the command line. @throws UsageError */
export function slotPlace(text: string | undefined): number {
  const slot = Number(text);
  if (text !== undefined && /^\d{1,3}$/.test(text) && slot >= 1) return slot;
  throw new UsageError(`${text ?? 'nothing'} is no slot`, 'Give the number painted on its door, such as 3.');
}

/** A whole number from 1 to `most`; `flag` as it was typed. @throws UsageError */
export function countFlag(text: string, flag: string, most: number): number {
  if (!/^\d+$/.test(text)) throw new UsageError(`${flag} ${text} is no whole number`, `Such as ${flag} 20.`);
  const count = Number(text);
  if (count >= 1 && count <= most) return count;
  throw new UsageError(`${flag} ${text} is out of range`, `Give a number from 1 to ${most}.`);
}
