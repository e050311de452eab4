/** Pages below Settings, and of the second step. */
import type { FastifyInstance } from 'fastify';
import { framedDeeds, framedPages } from '../framed.ts';
import type { PageDeps } from '../page-deps.ts';
import { twoStepDeed, twoStepPage } from '../two-step-page.ts';
import { accountTopics } from './account-topics.ts';
import { auditFiles, auditPage } from './audit-page.ts';
import { livePage } from './live-page.ts';
import { mailFrame } from './mail-frame.ts';
import { messageTexts } from './message-texts-page.ts';
import { settingsPage } from './settings-page.ts';
import { siteDeeds, sitePages } from './site-pages.ts';
import { tokenDeeds, tokenPages } from './token-pages.ts';

export function settingsPages(app: FastifyInstance, deps: PageDeps): void {
  const both = [...accountTopics(deps), messageTexts(deps), livePage(deps)];
  framedPages(app, deps, [
    ...[settingsPage, auditPage, twoStepPage, ...sitePages, ...tokenPages(deps)],
    ...both.map(({ page }) => page),
  ]);
  framedDeeds(app, deps, [
    ...[twoStepDeed(deps), ...siteDeeds(deps), ...tokenDeeds(deps)],
    ...both.map(({ deed }) => deed),
  ]);
  auditFiles(app, deps);
  mailFrame(app, deps);
}
