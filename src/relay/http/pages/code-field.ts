import { type Html, html } from '../../../base/html.ts';
import { field } from './form.ts';
import type { TwoStepWords } from './texts/two-step.ts';

/** Longer than a recovery code with gaps is nothing that anybody has. */
const charactersMax = 40;

/** For the digits of an app, or a recovery code. `optional`: whoever has no app leaves it empty; `first`: there are no codes yet. */
export const codeField = (
  { code, codeHint, codeOptional }: TwoStepWords,
  need: 'required' | 'optional' | 'first',
): Html => {
  const input = html`<input type="text" name="code" autocomplete="one-time-code" maxlength="${charactersMax}" spellcheck="false" autocapitalize="off"${need === 'optional' ? null : html` required`}>`;
  return field(code, input, { required: codeHint, optional: codeOptional, first: null }[need]);
};
