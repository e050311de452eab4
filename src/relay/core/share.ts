/** The fixed shares into which all boxes fall, so that copies of the relay can divide them. */
import { digest } from '../../wire/chain.ts';

export const shares = 64;

/** The same for every copy, and for ever. From 0. */
export const shareOf = (box: string): number =>
  Number.parseInt(digest(`share/1\n${box}`).slice(0, 8), 16) % shares;
