/** Pages below Settings, and of the second step. */
import type { FastifyInstance } from 'fastify';
import { framedDeeds, framedPages } from '../framed.ts';
import type { PageDeps } from '../page-deps.ts';
import { twoStepDeed, twoStepPage } from '../two-step-page.ts';

export function settingsPages(app: FastifyInstance, deps: PageDeps): void {
  framedPages(app, deps, [twoStepPage]);
  framedDeeds(app, deps, [twoStepDeed(deps)]);
}
