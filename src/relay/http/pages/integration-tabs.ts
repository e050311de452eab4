import type { Tab } from './frame/frame.ts';
import type { PageTexts } from './frame/texts/languages.ts';

/** Whom this account is connected with: a fleet's own system, or whoever listens. */
export const integrationTabs = (
  { integrationTabs: labels }: PageTexts,
  here: 'accounts' | 'webhooks',
): readonly Tab[] => [
  { label: labels.accounts, href: '/admin/integrations', isHere: here === 'accounts' },
  { label: labels.webhooks, href: '/admin/integrations/webhooks', isHere: here === 'webhooks' },
];
