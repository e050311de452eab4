/** The languages of the administrators' pages. */
import { en } from './en.ts';
import type { Filled } from './fill.ts';
import { nl } from './nl.ts';

export type PageTexts = Filled<typeof en>;

const catalogues = { en, nl } as const;
export type Language = keyof typeof catalogues;
export const languages: readonly Language[] = ['en', 'nl'];

export const textsOf = (language: Language): PageTexts => catalogues[language];

/** The first language of `Accept-Language` that there is; its order is that of preference in every browser. */
export function languageOf(accepted: string | undefined): Language {
  for (const part of (accepted ?? '').slice(0, 200).toLowerCase().split(',')) {
    const [tag = ''] = part.trim().split(/[-;]/);
    const found = languages.find(each => each === tag);
    if (found !== undefined) return found;
  }
  return 'en';
}
