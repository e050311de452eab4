import type { Belief } from './belief.ts';
import type { Bytes } from './byte-log.ts';
import type { DoorNow } from './doors.ts';
import type { Alarm, CabinetSpec, KeySpec, Lamp } from './spec.ts';
import type { CabinetTexts, Said } from './texts.ts';

/** Everything that stands on the page, at one instant. */
export interface View {
  readonly spec: CabinetSpec;
  readonly texts: CabinetTexts;
  readonly now: number;
  readonly said: Said | null;
  readonly doors: readonly DoorNow[];
  readonly hand: readonly KeySpec[];
  /** Null: there is no display. */
  readonly rows: readonly string[] | null;
  readonly lamps: readonly { readonly lamp: Lamp; readonly isOn: boolean }[];
  readonly alarms: readonly { readonly alarm: Alarm; readonly isOn: boolean }[];
  readonly canType: boolean;
  /** Readers whose other end is here. */
  readonly readers: CabinetSpec['readers'];
  /** Null: no cable goes through here. */
  readonly cable: boolean | null;
  readonly belief: Belief;
  readonly bytes: readonly Bytes[];
}
