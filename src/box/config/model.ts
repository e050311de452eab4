import type { Millis, SlotId } from '../../base/brand.ts';
import type { Rules } from '../core/model.ts';
import type { InputSpec, KeypadSettings, Level, LineSpec, SerialFormat } from '../ports.ts';

type Language = 'en' | 'nl';

/** A configuration that has been checked: every default is filled in, every path is absolute (contracts.md §2). */
export interface BoxConfig {
  readonly box: Site;
  /** Folder of database, keys and backups. */
  readonly data: string;
  /** Path of the control socket. */
  readonly control: string;
  readonly keypad: KeypadConfig;
  /** At most 8; names differ. */
  readonly readers: readonly ReaderConfig[];
  readonly gpio: GpioConfig;
  /** At least one; ascending by id. */
  readonly slots: readonly SlotConfig[];
  readonly indicators: {
    readonly green: OutputConfig | null;
    readonly red: OutputConfig | null;
    readonly buzzer: OutputConfig | null;
  };
  readonly inputs: { readonly tamper: InputConfig | null; readonly powerLow: InputConfig | null };
  readonly display: DisplayConfig | null;
  readonly rules: Rules;
  /** The page on which a simulated box is played with; only with the `sim` driver. */
  readonly cabinet: CabinetConfig | null;
  /** Where an enrolled box reaches the broker, instead of where the relay says. */
  readonly uplink: { readonly url: string } | null;
}

export interface Site {
  readonly id: string;
  readonly name: string;
  /** IANA name of the zone in which people see times. */
  readonly timezone: string;
  readonly language: Language;
  /** ISO 3166-1 alpha-2: how phone numbers without a country code are read. */
  readonly region: string;
  /** Whom to call, E.164; null where nobody was named. */
  readonly phone: string | null;
}

export interface SerialConfig {
  readonly path: string;
  readonly baud: number;
  readonly format: SerialFormat;
  /** Name of a decoder. */
  readonly protocol: string;
}

export interface KeypadConfig extends SerialConfig, KeypadSettings {}

export interface ReaderConfig extends SerialConfig {
  readonly name: string;
}

export interface DisplayConfig {
  readonly path: string;
  readonly baud: number;
  readonly columns: number;
  readonly rows: number;
}

/** `auto`: `cdev` where the character device can be used here, else `onoff`. */
export type GpioConfig =
  | { readonly driver: 'auto' | 'cdev' | 'onoff' }
  | { readonly driver: 'sim'; readonly dir: string };

export interface CabinetConfig {
  readonly host: string;
  readonly port: number;
  /** Keys that hang there at first, by name. */
  readonly keys: readonly { readonly name: string; readonly slot: number; readonly tag: string }[];
  /** A port that leads to the broker and can be cut. */
  readonly cable: CabinetCable | null;
  /** A file that says which relay may be asked what it believes. */
  readonly relay: string | null;
  /** Who starts the daemon again. */
  readonly restartedBy: string | null;
}

export interface CabinetCable {
  readonly port: number;
  readonly to: { readonly host: string; readonly port: number };
}

export interface SlotConfig {
  readonly id: SlotId;
  /** Pulses of 50–1000 ms (rules.md 14). */
  readonly lock: OutputConfig & { readonly pulseMs: Millis };
  readonly door: InputSpec & { readonly closedLevel: Level };
  readonly presence: (InputSpec & { readonly presentLevel: Level }) | null;
}

export type OutputConfig = LineSpec & { readonly activeLevel: Level };
export type InputConfig = InputSpec & { readonly activeLevel: Level };

/** The decoders that exist, by what they read. */
export interface ProtocolNames {
  readonly keypads: readonly string[];
  readonly readers: readonly string[];
}
