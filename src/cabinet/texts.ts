import { cabinetEn } from './cabinet-en.ts';
import { cabinetNl } from './cabinet-nl.ts';
import type { CabinetLanguage } from './spec.ts';

export type CabinetTexts = typeof cabinetEn;

export const cabinetTexts: Readonly<Record<CabinetLanguage, CabinetTexts>> = { en: cabinetEn, nl: cabinetNl };

/** Something that somebody did, for a sentence about it. */
export interface Said {
  readonly is: keyof CabinetTexts['said'];
  readonly slot?: number;
  readonly key?: string;
  readonly reader?: string;
  readonly keys?: string;
}

export const filled = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));

export const sentence = (texts: CabinetTexts, { is, ...values }: Said): string =>
  filled(texts.said[is], values);
