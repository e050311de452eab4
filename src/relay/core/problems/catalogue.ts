/**
 * Every kind of Problem that the relay can raise, in one place: a kind that is not here does not compile, nor does one that has
 * no words in each language. Each family has its file; a new kind goes into the one of whom it concerns, with what to do, and with
 * something in the code that clears it.
 */
import { bookingProblems } from './bookings.ts';
import { boxProblems } from './box.ts';
import {
  hurtTexts,
  type ProblemKindFacts,
  type ProblemLanguage,
  type ProblemTexts,
  severities,
} from './facts.ts';
import { fleetioProblems } from './fleetio.ts';
import { linkProblems } from './link.ts';
import { messageProblems } from './messages.ts';
import { bookingProblemsNl } from './nl-bookings.ts';
import { boxProblemsNl } from './nl-box.ts';
import { fleetioProblemsNl } from './nl-fleetio.ts';
import { linkProblemsNl } from './nl-link.ts';
import { messageProblemsNl } from './nl-messages.ts';
import { operatorProblemsNl } from './nl-operator.ts';
import { webhookProblemsNl } from './nl-webhooks.ts';
import { operatorProblems } from './operator.ts';
import { webhookProblems } from './webhooks.ts';

const catalogue = {
  ...boxProblems,
  ...linkProblems,
  ...messageProblems,
  ...fleetioProblems,
  ...bookingProblems,
  ...webhookProblems,
  ...operatorProblems,
} as const;

export type ProblemKind = keyof typeof catalogue;

const texts: Readonly<Record<ProblemLanguage, Readonly<Record<ProblemKind, ProblemTexts>>>> = {
  en: catalogue,
  nl: {
    ...boxProblemsNl,
    ...linkProblemsNl,
    ...messageProblemsNl,
    ...fleetioProblemsNl,
    ...bookingProblemsNl,
    ...webhookProblemsNl,
    ...operatorProblemsNl,
  },
};

export const problemKinds: readonly ProblemKind[] = Object.keys(catalogue) as ProblemKind[];

const isProblemKind = (word: string): word is ProblemKind => Object.hasOwn(catalogue, word);

/** As somebody reads it who has a Problem of the kind. */
interface ProblemFacts extends ProblemTexts, Pick<ProblemKindFacts, 'severity' | 'page'> {
  /** Whom it hurts, in a few words. */
  readonly hurts: string;
}

const notKnown: Readonly<Record<ProblemLanguage, Omit<ProblemTexts, 'title'>>> = {
  en: {
    meaning: 'This version of the relay does not know that kind.',
    advice: 'Another version of the relay has raised this: the detail says what it means.',
  },
  nl: {
    meaning: 'Deze versie van de relay kent die soort niet.',
    advice: 'Een andere versie van de relay heeft dit gemeld: het detail zegt wat het betekent.',
  },
};

/** A row may have been written by a newer version of the relay than this one. */
export function problemFacts(kind: string, language: ProblemLanguage = 'en'): ProblemFacts {
  if (!isProblemKind(kind))
    return {
      title: kind,
      ...notKnown[language],
      ...{ severity: 'tidy-up', hurts: hurtTexts.nobody[language], page: 'relay' },
    };
  const { title, meaning, advice } = texts[language][kind];
  const { severity, hurts, page } = catalogue[kind];
  return { title, meaning, advice, severity, hurts: hurtTexts[hurts][language], page };
}

/** Where a kind stands among the others by what it does to people; 0: the gravest. */
export const gradeOf = (kind: string): number => severities.indexOf(problemFacts(kind).severity);
