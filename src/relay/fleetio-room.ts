/** Fleetio's room put together: accounts and webhooks, and the engine that works on what they tell. */
import { randomBytes, randomInt } from 'node:crypto';
import type { Log } from '../base/log.ts';
import type { TimerWork } from './fleet/timers.ts';
import { Engine } from './fleetio/engine/engine.ts';
import type { EngineParts } from './fleetio/engine/parts.ts';
import { assignmentTimers } from './fleetio/engine/timer-work.ts';
import { Fleetio } from './fleetio/fleetio.ts';
import type { Opened } from './opened.ts';
import { systemTime } from './system-time.ts';

export interface FleetioRoom {
  readonly fleetio: Fleetio;
  /** For the relay's timers. */
  readonly timers: Readonly<Record<string, TimerWork>>;
  start(): void;
  close(): Promise<void>;
}

interface RoomOptions {
  readonly opened: Opened;
  readonly log: Log;
  /** Names this copy of the relay. */
  readonly copy: string;
  readonly allowLoopback: boolean;
  /** Where the relay is found, once it listens. */
  readonly httpUrl: () => string;
}

const chanceSteps = 2 ** 32;

export function fleetioRoom({ opened, log, copy, allowLoopback, httpUrl }: RoomOptions): FleetioRoom {
  const { store, atRest } = opened;
  const random = (bytes: number): Uint8Array => randomBytes(bytes);
  const kit = { store, atRest, random, time: systemTime, log };
  const fleetio = new Fleetio({
    ...{ ...kit, allowLoopback },
    chance: () => randomInt(chanceSteps) / chanceSteps,
    webhookUrl: () => `${httpUrl()}/webhooks/fleetio`,
    stored: () => engine.nudge(),
  });
  const parts: EngineParts = {
    ...{ ...kit, copy, connect: id => fleetio.clients.of(id, null) },
    get httpUrl() {
      return httpUrl();
    },
  };
  const engine = new Engine(parts);
  return {
    fleetio,
    timers: assignmentTimers(parts),
    start: () => {
      fleetio.start();
      engine.start();
    },
    close: async () => {
      // Calls that wait for their turn end, and the engine with them.
      await fleetio.close();
      await engine.close();
    },
  };
}
