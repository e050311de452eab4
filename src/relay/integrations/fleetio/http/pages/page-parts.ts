import type { CallRoute } from '../../../../http/api/call-route.ts';
import type { Tab } from '../../../../http/pages/frame/frame.ts';
import type { Visit } from '../../../../http/pages/visit.ts';
import type { Fleetio } from '../../fleetio.ts';
import { assignmentRoutes } from '../assignments.ts';
import { fleetVehicleRoutes } from '../fleet-vehicles.ts';
import { integrationRoutes } from '../integrations.ts';
import { type IntegrationTexts, integrationTexts } from './texts/integration-texts.ts';

/** The pages of integrations are made with this: the routes of the API, called in the process. */
export interface PageParts {
  readonly callRoute: CallRoute;
  readonly accounts: ReturnType<typeof integrationRoutes>;
  readonly vehicles: ReturnType<typeof fleetVehicleRoutes>;
  readonly assignments: ReturnType<typeof assignmentRoutes>;
  /** The address to type as URL of the webhook in Fleetio. */
  readonly webhookUrl: () => string;
}

export const pageParts = (fleetio: Fleetio, callRoute: CallRoute): PageParts => ({
  callRoute,
  accounts: integrationRoutes(fleetio),
  vehicles: fleetVehicleRoutes(fleetio),
  assignments: assignmentRoutes(fleetio),
  webhookUrl: () => fleetio.webhookUrl,
});

export const textsFor = ({ viewer }: Visit): IntegrationTexts => integrationTexts(viewer.language);

export const root = '/admin/integrations';

export const accountPath = (id: string): string => `${root}/${encodeURIComponent(id)}`;
export const vehiclePath = (id: string, vehicle: string): string =>
  `${accountPath(id)}/vehicles/${encodeURIComponent(vehicle)}`;

export function accountTabs(visit: Visit, id: string, here: 'vehicles' | 'about'): readonly Tab[] {
  const { tabs } = textsFor(visit);
  return [
    { label: tabs.vehicles, href: accountPath(id), isHere: here === 'vehicles' },
    { label: tabs.about, href: `${accountPath(id)}/about`, isHere: here === 'about' },
  ];
}
