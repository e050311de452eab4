import { type Html, html } from '../../../../../base/html.ts';
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

export const assignmentPath = (id: string, assignment: string): string =>
  `${accountPath(id)}/assignments/${encodeURIComponent(assignment)}`;

export function accountTabs(visit: Visit, id: string, here: 'vehicles' | 'about'): readonly Tab[] {
  const { tabs } = textsFor(visit);
  return [
    { label: tabs.vehicles, href: accountPath(id), isHere: here === 'vehicles' },
    { label: tabs.about, href: `${accountPath(id)}/about`, isHere: here === 'about' },
  ];
}

/** A key as a vehicle or a search has it. */
export interface PlacedKey {
  readonly name: string;
  readonly place: keyof IntegrationTexts['vehicle']['place'];
  readonly box: { readonly name: string } | null;
  readonly slot: number | null;
}

/** `Depot A, door 3 · in its door`. */
export function keyPlaceText(visit: Visit, { place, box, slot }: Omit<PlacedKey, 'name'>): Html {
  const { place: places, home, noBox } = textsFor(visit).vehicle;
  const at = box === null || slot === null ? noBox : home(box.name, String(slot));
  return html`<bdi>${at}</bdi> · ${places[place]}`;
}

/** A key is chosen by its name on this page of a vehicle, and in a piece of it that asks for itself. */
export const keysPath = (id: string, vehicle: string): string =>
  `/admin/_/integrations/${encodeURIComponent(id)}/vehicles/${encodeURIComponent(vehicle)}/keys`;
export const heardPath = (id: string): string => `/admin/_/integrations/${encodeURIComponent(id)}/heard`;
