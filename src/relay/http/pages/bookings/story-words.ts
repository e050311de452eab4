/** A line of a booking's story in the language of whoever reads it. */

import { eventWord, refusalWord } from '../../../../wire/event-words.ts';
import { isForAdmins, messageKinds } from '../../../core/message-rules.ts';
import { problemFacts } from '../../../core/problems/catalogue.ts';
import { deedWord } from '../deed-words.ts';
import type { Language } from '../frame/texts/languages.ts';
import { settingsWords } from '../settings/settings-words.ts';
import { storyTexts } from './story-texts.ts';

/** As the route answers. */
export interface Line {
  readonly at: string;
  readonly heardAt: string;
  readonly late: boolean;
  readonly kind: 'booking' | 'deed' | 'box' | 'event' | 'message' | 'fleet';
  readonly what: string;
  readonly proof: string | null;
  readonly detail: string | null;
  readonly behind: { readonly message?: string };
}

interface Said {
  readonly title: string;
  readonly detail: string | null;
  /** Words of another system, or of a program: English, whatever the page speaks. */
  readonly foreign: string | null;
}

type ByWord = Readonly<Partial<Record<string, string>>>;

/** Words of ours for a word of the API, and never something that every object has. */
const wordOf = (words: ByWord, word: string): string | undefined =>
  Object.hasOwn(words, word) ? words[word] : undefined;

export function saidOf(line: Line, language: Language): Said {
  const texts = storyTexts(language);
  const { kind, what, detail } = line;
  const title = wordOf(texts.facts, what) ?? what;
  switch (kind) {
    case 'message':
      return messageSaid(line, language);
    case 'event':
      return { title: eventWord(what, language), ...eventDetail(detail, language) };
    case 'deed':
      return { title: deedWord(what, language), detail: null, foreign: detail };
    case 'booking':
      return { title, ...known(texts.origins, detail) };
    case 'fleet':
      return what === 'fields-due'
        ? { title, detail: detail === null ? null : problemFacts(detail, language).title, foreign: null }
        : { title, ...known(texts.webhook, detail) };
    case 'box':
      return { title, detail: null, foreign: detail };
  }
}

function known(words: ByWord, word: string | null): Omit<Said, 'title'> {
  const said = word === null ? undefined : wordOf(words, word);
  return { detail: said ?? null, foreign: said === undefined ? word : null };
}

export const proofWord = (proof: string, language: Language): string =>
  wordOf(storyTexts(language).proofs, proof) ?? proof;

/** The detail of a message's line is its way, how it stands, and why. */
export function messageStands({ detail }: Line): { readonly state: string; readonly why: string } {
  const [, state = '', ...why] = (detail ?? '').split(', ');
  return { state: state === 'asked for' ? 'asked' : state, why: why.join(', ') };
}

function messageSaid(line: Line, language: Language): Said {
  const texts = storyTexts(language);
  const { state, why } = messageStands(line);
  const kind = messageKinds.find(each => each === line.what);
  const [way = ''] = (line.detail ?? '').split(', ');
  const by = wordOf(texts.by, way) ?? way;
  const subject = kind === undefined ? line.what : settingsWords(language).texts.names[kind];
  const isTold = state === 'sent' || state === 'delivered';
  const title =
    kind !== undefined && isForAdmins(kind) && isTold
      ? texts.toldAdmins
      : (wordOf(texts.told, state) ?? state);
  const reason = wordOf(texts.why, why);
  const detail = [texts.quoted(subject, by), wordOf(texts.came, state), reason]
    .filter(part => part !== undefined)
    .join(': ');
  return { title, detail, foreign: reason === undefined && why !== '' ? why : null };
}

/** Where a driver could not be told, and still should be. */
export const todoOf = (line: Line, language: Language): string => {
  const { todo, todoOther } = storyTexts(language);
  return messageStands(line).state === 'opted-out' ? todoOther : todo;
};

function eventDetail(detail: string | null, language: Language): Omit<Said, 'title'> {
  const { door, afterOutage } = storyTexts(language);
  const wordFor = (part: string): string | null => {
    const [, slot] = /^door (\d+)$/.exec(part) ?? [];
    if (slot !== undefined) return door(slot);
    if (/^\d+ ms$/.test(part)) return part;
    return part === 'written after an outage of the disk' ? afterOutage : refusalWord(part, language);
  };
  const parts = detail === null ? [] : detail.split(', ');
  const words = parts.map(wordFor);
  return {
    detail: words.filter(word => word !== null).join(', ') || null,
    foreign: parts.filter((_, at) => words[at] === null).join(', ') || null,
  };
}
