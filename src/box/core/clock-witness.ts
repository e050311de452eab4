import { type Millis, minutes, seconds, type WallMs, wall } from '../../base/brand.ts';

/** The findings of one look at the system's clock. */
export interface ClockWitness {
  /** The system's clock at that moment. */
  readonly wall: WallMs;
  /**
   * The kernel knows that its clock is off by less than 16 s (`maxerror` of adjtimex(2)), as only a time source can have told it:
   * a clock that is set by hand loses that. Null: nobody could be asked.
   */
  readonly steered: boolean | null;
  /** systemd-timesyncd has noted a synchronisation since the look before. */
  readonly noted: boolean;
  /** The clock chip that the kernel took the time from at this boot; null: none. */
  readonly chip: ChipTime | null;
}

export interface ChipTime {
  /** Its time now, in whole seconds. Null: its driver does not believe it, since its oscillator stopped or its voltage was low. */
  readonly at: WallMs | null;
}

/** Who vouches for the system's clock: a source in the network, or a clock chip that has counted on while the box was off. */
export type ClockSource = 'network' | 'chip';

/** No box ran before this instant, the beginning of 2026. A chip that lost its supply begins anew at 1970 or 2000, and some drivers do not tell. */
export const noBoxBefore: WallMs = wall(1_767_225_600_000);

/** A chip and the kernel drift apart while nothing steers them, by seconds in a week: further apart, one of them was set. */
const driftMs: Millis = seconds(60);

/** Whom rules.md 23 lets vouch, by what was found out; null: nobody. */
export function sourceOf({ wall: told, steered, noted, chip }: ClockWitness): ClockSource | null {
  if (steered === true) return 'network';
  // A clock that was set by hand after the note is not what timesyncd noted.
  if (steered === null && noted) return 'network';
  const at = chip?.at ?? null;
  return at !== null && at >= noBoxBefore && Math.abs(told - at) <= driftMs ? 'chip' : null;
}

/** How long until the next look: often while a network may yet come up, seldom when that has been told or has not come. */
export const nextLookMs = (source: ClockSource | null, looks: number): Millis =>
  source !== 'network' && looks < 20 ? seconds(30) : minutes(5);
