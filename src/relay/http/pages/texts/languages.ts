/** In which language a page speaks: its reader's own, or what their browser asks for. */
import type { FastifyRequest } from 'fastify';
import { type PageLanguage, pageLanguages } from '../../../domain/account-people.ts';
import type { PageWords } from './page-words.ts';
import { en } from './people-en.ts';
import { nl } from './people-nl.ts';

export const pageWords: Readonly<Record<PageLanguage, PageWords>> = { en, nl };

/** Longer headers are nobody's wish. */
const headerMax = 200;

/** The first that we have, of what a browser lists in the order of its reader's liking; English otherwise. */
export function languageAsked({ headers }: FastifyRequest): PageLanguage {
  const tags = (headers['accept-language'] ?? '').slice(0, headerMax).toLowerCase().split(',');
  const found = tags.map(tag => pageLanguages.find(each => tag.trim().startsWith(each)));
  return found.find(each => each !== undefined) ?? 'en';
}

export const languageOr = (text: string, other: PageLanguage): PageLanguage =>
  pageLanguages.find(each => each === text) ?? other;
