import { Fault, WrongMember } from '../../../base/fault.ts';
import { type Html, html } from '../../../base/html.ts';
import { BadInput } from '../api/api-error.ts';
import type { Language } from './frame/texts/languages.ts';
import { refusalSaid } from './refusal-words.ts';

/** In the words of the page, or as the API says it, marked as English. */
export type SaidWrong = Html | string;

/** Wrong things in a form, by its fields; `whole` is of none of them. */
export interface FormProblems {
  readonly fields: Readonly<Record<string, SaidWrong>>;
  readonly whole: SaidWrong | null;
}

/** Of a fault that somebody can mend by filling in the form again; anything else is thrown on. */
export function problemsOf(error: unknown, language: Language): FormProblems {
  const said = (text: string): Html => refusalSaid(text, language);
  if (error instanceof BadInput)
    return {
      fields: Object.fromEntries(error.errors.map(({ path, message }) => [path, said(message)])),
      whole: html`${error.errors.slice(0, toldMost).map(({ path, message }, at) => html`${at === 0 ? '' : '; '}${path === '' ? '' : `${path}: `}${said(message)}`)}`,
    };
  if (error instanceof WrongMember)
    return {
      fields: { [error.where]: said(error.problem) },
      whole: html`${error.where}: ${said(error.problem)}. ${said(error.hint)}`,
    };
  if (error instanceof Fault && !thrownOn.includes(error.code))
    return { fields: {}, whole: html`${said(error.message)}. ${said(error.hint)}` };
  throw error;
}

/** Of more wrong things at once nobody reads the rest. */
const toldMost = 20;

/** No form mends these. */
const thrownOn: readonly string[] = ['not-found', 'forbidden', 'unproved', 'unauthorised'];
