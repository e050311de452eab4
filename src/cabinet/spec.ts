/** A played cabinet is told these things by whoever starts it; it knows nothing else of the box that it stands around. */
import type { TimeZone } from '../base/time-zone.ts';
import type { SimLine } from './line-files.ts';

export type CabinetLanguage = 'en' | 'nl';

export interface SlotSpec {
  readonly id: number;
  /** So: powered. */
  readonly lock: SimLine;
  /** So: shut. */
  readonly door: SimLine;
  /** So: a key is there. Null: nothing looks. */
  readonly presence: SimLine | null;
}

export interface KeypadSpec {
  readonly path: string;
  /** A key at a time, or digits with the end of a line. */
  readonly protocol: string;
  /** The bytes of `#` and `*`. */
  readonly enter: number;
  readonly clear: number;
}

/** A key on its ring, as somebody has hung it in. */
export interface KeySpec {
  readonly name: string;
  readonly slot: number;
  /** Ten hex digits, as a reader sends them. */
  readonly tag: string;
}

export interface CableSpec {
  /** The box connects here. */
  readonly port: number;
  /** Who answers behind it. */
  readonly to: { readonly host: string; readonly port: number };
}

export interface CabinetSpec {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly language: CabinetLanguage;
  readonly zone: TimeZone;
  readonly slots: readonly SlotSpec[];
  readonly lamps: readonly { readonly lamp: Lamp; readonly line: SimLine }[];
  /** So: the lid is open, the supply is low. */
  readonly alarms: readonly { readonly alarm: Alarm; readonly line: SimLine }[];
  readonly keypad: KeypadSpec;
  readonly readers: readonly { readonly name: string; readonly path: string }[];
  readonly display: { readonly path: string; readonly columns: number; readonly rows: number } | null;
  readonly keys: readonly KeySpec[];
  readonly cable: CableSpec | null;
  /** A file that says which relay may be asked what it believes, and by which token. */
  readonly relay: string | null;
  /** Who starts the daemon again after the power was cut; null: nobody was named. */
  readonly restartedBy: string | null;
  /** Where it is kept which key is where. */
  readonly stateFile: string;
}

export const alarmNames = ['tamper', 'powerLow'] as const;
export type Alarm = (typeof alarmNames)[number];

export type Lamp = 'green' | 'red' | 'buzzer';
