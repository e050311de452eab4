import type { Language } from '../domain/notify-settings.ts';
import type { Catalogue } from './kinds.ts';
import { de } from './texts/de.ts';
import { en } from './texts/en.ts';
import { es } from './texts/es.ts';
import { fr } from './texts/fr.ts';
import { nl } from './texts/nl.ts';

export const catalogues: Readonly<Record<Language, Catalogue>> = { en, nl, de, fr, es };
