import type { Language } from '../../../../domain/notify-settings.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { nl } from './nl.ts';
import type { Words } from './words.ts';

export const words: Readonly<Record<Language, Words>> = { en, nl, de, fr, es };
