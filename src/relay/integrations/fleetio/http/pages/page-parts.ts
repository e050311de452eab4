import type { FastifyRequest } from 'fastify';
import { Fault } from '../../../../../base/fault.ts';
import { BadInput } from '../../../../http/api/api-error.ts';
import type { CallRoute } from '../../../../http/api/call-route.ts';
import type { Tab } from '../../../../http/pages/frame/frame.ts';
import type { Visit } from '../../../../http/pages/visit.ts';
import type { Fleetio } from '../../fleetio.ts';
import { assignmentRoutes } from '../assignments.ts';
import { fleetVehicleRoutes } from '../fleet-vehicles.ts';
import { integrationRoutes } from '../integrations.ts';
import { type IntegrationTexts, integrationTexts } from './texts/languages.ts';

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

/** A parameter of the path; the route checks it. */
export const paramOf = ({ params }: FastifyRequest, name: string): string => {
  const value = (params as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' ? value : '';
};

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

/** Wrong things in a form, by its fields; `whole` is of none of them. */
export interface FormProblems {
  readonly fields: Readonly<Record<string, string>>;
  readonly whole: string | null;
}

/** Of a fault that somebody can mend by filling in the form again; anything else is thrown on. */
export function problemsOf(error: unknown): FormProblems {
  if (error instanceof BadInput)
    return {
      fields: Object.fromEntries(error.errors.map(each => [each.path, each.message])),
      whole: error.message,
    };
  if (error instanceof Fault && error.code !== 'not-found' && error.code !== 'forbidden')
    return { fields: {}, whole: `${error.message}. ${error.hint ?? ''}`.trim() };
  throw error;
}
