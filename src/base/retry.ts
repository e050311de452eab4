import { type Millis, millis } from './brand.ts';

interface Retry {
  readonly firstMs: number;
  readonly mostMs: number;
}

/** Doublings beyond this change nothing: the longest wait is reached long before. */
const doublingsMax = 30;

/** How long to wait for the next try: `firstMs`, and twice as long after each of the `failures` before, up to `mostMs`. */
export const retryMs = ({ firstMs, mostMs }: Retry, failures: number): Millis =>
  millis(Math.min(mostMs, firstMs * 2 ** Math.min(failures, doublingsMax)));
