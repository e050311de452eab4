import type { Filled } from '../../../../../http/pages/frame/texts/fill.ts';
import type { Language } from '../../../../../http/pages/frame/texts/languages.ts';
import { en } from './en.ts';
import { nl } from './nl.ts';

export type IntegrationTexts = Filled<typeof en>;

const catalogues: Readonly<Record<Language, IntegrationTexts>> = { en, nl };

export const integrationTexts = (language: Language): IntegrationTexts => catalogues[language];
