import type { Filled } from '../frame/texts/fill.ts';
import type { Language } from '../frame/texts/languages.ts';
import { en } from './words-en.ts';
import { nl } from './words-nl.ts';

export type SettingsWords = Filled<typeof en>;

export const settingsWords = (language: Language): SettingsWords => ({ en, nl })[language];
