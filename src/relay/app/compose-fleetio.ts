/** Fleetio's room put together: accounts and webhooks, and the engine that works on what they tell. */

import { randomBytes, randomInt } from 'node:crypto';
import type { Log } from '../../base/log.ts';
import { systemTime } from '../../base/system-time.ts';
import { Fleetio } from '../integrations/fleetio/fleetio.ts';
import type { EngineDeps } from '../integrations/fleetio/sync/context.ts';
import { Engine } from '../integrations/fleetio/sync/engine.ts';
import { fleetioWork } from '../integrations/fleetio/sync/work-handlers.ts';
import type { WorkHandlers } from '../work/runner.ts';
import type { Opened } from './open-store.ts';

interface FleetioRoom {
  readonly fleetio: Fleetio;
  /** Fleetio's room does this later. */
  readonly work: WorkHandlers;
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
  const deps: EngineDeps = {
    ...{ ...kit, copy, connect: id => fleetio.clients.of(id, null) },
    get httpUrl() {
      return httpUrl();
    },
  };
  const engine = new Engine(deps);
  return {
    fleetio,
    work: fleetioWork(deps),
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
