import type { Fleetio } from '../fleetio/fleetio.ts';
import type { PinHasher } from '../secrets/pins.ts';
import type { Route } from './route.ts';
import { assignmentRoutes } from './routes/assignments.ts';
import { bookingRoutes } from './routes/bookings.ts';
import { boxRoutes } from './routes/boxes.ts';
import { commandRoutes } from './routes/commands.ts';
import { driverRoutes } from './routes/drivers.ts';
import { eventRoutes } from './routes/events.ts';
import { fleetVehicleRoutes } from './routes/fleet-vehicles.ts';
import { integrationRoutes } from './routes/integrations.ts';
import { keyRoutes } from './routes/keys.ts';
import { messageRoutes } from './routes/messages.ts';
import { settingsRoutes } from './routes/settings.ts';
import { siteRoutes } from './routes/sites.ts';
import { troubleRoutes } from './routes/troubles.ts';

export interface RouteParts {
  readonly pins: PinHasher;
  readonly fleetio: Fleetio;
  /** A command waits for a box. */
  readonly nudge: () => void;
  /** The credentials of a box are void. */
  readonly retired: (box: string) => void;
}

/** The API, in the order of its document. */
export const apiRoutes = ({ pins, nudge, retired, fleetio }: RouteParts): readonly Route[] => [
  ...boxRoutes(retired),
  ...commandRoutes(nudge),
  ...siteRoutes,
  ...keyRoutes,
  ...driverRoutes(pins),
  ...bookingRoutes,
  ...eventRoutes,
  ...integrationRoutes(fleetio),
  ...fleetVehicleRoutes(fleetio),
  ...assignmentRoutes(fleetio),
  ...troubleRoutes,
  ...messageRoutes,
  ...settingsRoutes,
];
