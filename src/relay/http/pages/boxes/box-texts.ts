/** Texts of the pages of boxes. */
import type { Filled } from '../frame/texts/fill.ts';
import type { Language } from '../frame/texts/languages.ts';
import { boxTextsEn } from './box-texts-en.ts';
import { boxTextsNl } from './box-texts-nl.ts';

export type BoxWords = Filled<typeof boxTextsEn>;

export const boxWords = (language: Language): BoxWords => ({ en: boxTextsEn, nl: boxTextsNl })[language];
