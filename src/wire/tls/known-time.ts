import type { WallMs } from '../../base/brand.ts';

/** A machine knows this of the time: somebody has vouched for it in this boot, or it is `least` or later. */
export type KnownTime =
  | { readonly sure: true; readonly at: WallMs }
  | { readonly sure: false; readonly least: WallMs };
