import type { SlotId, WallMs } from '../../base/brand.ts';
import type { Log } from '../../base/log.ts';
import type { Effect, Outcome } from '../core/effect.ts';
import type { Command, InputBody } from '../core/input.ts';
import type { BoxState } from '../core/model.ts';
import type { LineReport } from './gpio.ts';
import type { RelayAdministration, RelayState } from './relay.ts';
import type { Phones, Vault } from './secrets.ts';
import type { PortStatus } from './serial.ts';
import type { Store } from './storage.ts';
import type { Time } from './time.ts';
import type { Watcher } from './watcher.ts';

/** The part of the configuration that people ask for. */
export interface BoxSite {
  readonly id: string;
  readonly name: string;
  readonly timezone: string;
  /** Slots as configured, ascending. */
  readonly slots: readonly { readonly id: SlotId; readonly sensed: boolean }[];
  readonly configFile: string;
  readonly data: string;
  readonly control: string;
  /** `cdev`, `onoff` or `sim`, with the reason where the box chose it. */
  readonly gpioDriver: string;
  readonly hasDisplay: boolean;
  /** Names under which the core knows the serial inputs (`health.lost`, `PortStatus.device`). */
  readonly keypad: string;
  readonly readers: readonly string[];
}

/**
 * All that people may ask of a running daemon: by the control socket, by imports, by its relay. `app/compose.ts` makes it of the
 * loop and the adapters; tests pass a fake. Nothing here opens a lock or changes a row except `command` and `write`, and both go
 * through the core.
 */
export interface BoxHandle {
  /** Version of the program, `0.1.0`. */
  readonly program: string;
  readonly site: BoxSite;
  readonly time: Time;
  readonly log: Log;
  readonly store: Pick<Store, 'bookings' | 'incoming' | 'keys' | 'journal' | 'backup'>;
  readonly vault: Vault;
  phones(): Promise<Phones>;
  state(): BoxState;
  /** The best estimate of UTC by which windows are judged now (core/clock.ts `judgedTime`). */
  judged(): WallMs;
  /** @throws Fault `storage-…` */
  command(command: Command, who: string, why: string): Promise<Outcome>;
  /**
   * An input with rows that belong in its transaction; `also` is told what the input led to.
   * @throws Fault `storage-…` when it could not be kept, or whatever `also` throws; nothing has happened then.
   */
  write(input: InputBody, also: (effects: readonly Effect[]) => void): void;
  watch(watcher: Watcher): () => void;
  /** Rows of text as the display shows them now, in the site's language; for boxes without a display too. */
  screen(): readonly string[];
  /** Keypad, readers and serial display. */
  ports(): readonly PortStatus[];
  /** Every configured GPIO line, read just now. */
  lines(): readonly LineReport[];
  /** False: the guard process that switches locks off in our place is not there. */
  guardHealthy(): boolean;
  /** Secrets of the box that were lost, and the public key by which its relay knows it; null: that of now, or there is none. */
  secrets(): { readonly told: ReturnType<Store['secretsReported']>; readonly relayKnows: string | null };
  /** How it stands with the relay. */
  relay(): RelayState;
  /** Loaded when it is asked for: no key waits for it. */
  relayClient(): Promise<RelayAdministration>;
  /** Bytes that come from a port, undecoded, until the returned function is called; null where there is no such port. */
  tap(device: string, listener: (bytes: Uint8Array) => void): (() => void) | null;
}
