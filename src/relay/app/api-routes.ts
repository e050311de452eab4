import type { MessageCeilings } from '../domain/notify-settings.ts';
import type { Route } from '../http/api/route.ts';
import { bookingRoutes } from '../http/api/routes/bookings.ts';
import { boxRoutes } from '../http/api/routes/boxes.ts';
import { commandRoutes } from '../http/api/routes/commands.ts';
import { auditRoutes } from '../http/api/routes/deed-list.ts';
import { driverRoutes } from '../http/api/routes/drivers.ts';
import { eventRoutes } from '../http/api/routes/events.ts';
import { liveRoutes } from '../http/api/routes/going-live.ts';
import { keyRoutes } from '../http/api/routes/keys.ts';
import type { PeopleRoutes } from '../http/api/routes/people.ts';
import { troubleRoutes } from '../http/api/routes/problems.ts';
import { searchRoutes } from '../http/api/routes/search.ts';
import { settingsRoutes } from '../http/api/routes/settings.ts';
import { siteRoutes } from '../http/api/routes/sites.ts';
import { type StoryPart, storyRoutes } from '../http/api/routes/story.ts';
import { tokenRoutes } from '../http/api/routes/tokens.ts';
import type { Fleetio } from '../integrations/fleetio/fleetio.ts';
import { assignmentRoutes } from '../integrations/fleetio/http/assignments.ts';
import { bookedVehicleRoutes } from '../integrations/fleetio/http/booked-vehicles.ts';
import { fleetVehicleRoutes } from '../integrations/fleetio/http/fleet-vehicles.ts';
import { integrationRoutes } from '../integrations/fleetio/http/integrations.ts';
import { writeAgainRoutes } from '../integrations/fleetio/http/write-again.ts';
import { fleetioLines } from '../integrations/fleetio/story.ts';
import { webhookRoutes } from '../integrations/webhooks/http/webhook-routes.ts';
import { messageRoutes } from '../messages/http/messages.ts';
import { newCodeRoutes } from '../messages/http/new-code.ts';
import { sendAgainRoutes } from '../messages/http/send-again.ts';
import { messageLines } from '../messages/message-lines.ts';
import type { PinHasher } from '../secrets/pins.ts';

interface RouteDeps {
  readonly pins: PinHasher;
  readonly fleetio: Fleetio;
  readonly people: PeopleRoutes;
  /** A command waits for a box. */
  readonly nudge: () => void;
  /** The credentials of a box are void. */
  readonly retired: (box: string) => void;
  /** relay.yaml: webhooks may lead to this machine. */
  readonly allowLoopback: boolean;
  /** Of the whole relay. */
  readonly ceilings: MessageCeilings;
}

/** Each room tells of a booking what its own tables have. */
const roomStories: readonly StoryPart[] = [
  { scope: 'messages:read', lines: messageLines },
  { scope: 'integrations:read', lines: fleetioLines },
];

/** The API, in the order of its document. */
export const apiRoutes = ({
  pins,
  nudge,
  retired,
  fleetio,
  people,
  ceilings,
  allowLoopback,
}: RouteDeps): readonly Route[] => [
  ...boxRoutes(retired),
  ...commandRoutes(nudge),
  ...siteRoutes,
  ...keyRoutes,
  ...driverRoutes(pins),
  ...bookingRoutes,
  ...newCodeRoutes,
  ...sendAgainRoutes,
  ...storyRoutes(roomStories),
  ...eventRoutes,
  ...searchRoutes,
  ...Object.values(integrationRoutes(fleetio)),
  ...Object.values(fleetVehicleRoutes(fleetio)),
  ...Object.values(assignmentRoutes(fleetio)),
  ...bookedVehicleRoutes,
  ...Object.values(writeAgainRoutes),
  ...Object.values(webhookRoutes(allowLoopback)),
  ...troubleRoutes,
  ...auditRoutes,
  ...messageRoutes,
  ...settingsRoutes(ceilings),
  ...liveRoutes,
  ...Object.values(people),
  ...tokenRoutes,
];
