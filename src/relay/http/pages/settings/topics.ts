/** The topics below Settings, in their order there: a page of another room adds a line. */

import type { Scope } from '../../api/scopes.ts';
import type { Language } from '../frame/texts/languages.ts';
import { type SettingsWords, settingsWords } from './settings-words.ts';

interface Topic {
  readonly path: string;
  /** Whoever lacks it does not see the line; null: everybody does. */
  readonly scope: Scope | null;
  readonly words: (language: Language) => { readonly title: string; readonly hint: string };
}

const own =
  (name: keyof SettingsWords['topics']) =>
  (language: Language): SettingsWords['topics'][typeof name] =>
    settingsWords(language).topics[name];

export const topics: readonly Topic[] = [
  { path: '/admin/settings/account', scope: 'settings:read', words: own('account') },
  { path: '/admin/settings/messages', scope: 'settings:read', words: own('messages') },
  { path: '/admin/settings/rules', scope: 'settings:read', words: own('rules') },
  { path: '/admin/settings/sites', scope: 'boxes:read', words: own('sites') },
  { path: '/admin/settings/retention', scope: 'settings:read', words: own('retention') },
  { path: '/admin/people', scope: 'people:read', words: own('people') },
  { path: '/admin/settings/tokens', scope: 'tokens:read', words: own('tokens') },
  { path: '/admin/api', scope: null, words: own('api') },
  { path: '/admin/settings/audit', scope: 'audit:read', words: own('audit') },
  { path: '/admin/settings/live', scope: 'settings:read', words: own('live') },
];
