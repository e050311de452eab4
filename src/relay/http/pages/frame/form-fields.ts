/** Fields of forms: a label, what is typed, and a hint that readers hear with it. */
import { type Html, html } from '../../../../base/html.ts';

interface Field {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly value?: string;
  readonly type?:
    | 'text'
    | 'password'
    | 'email'
    | 'tel'
    | 'datetime-local'
    | 'date'
    | 'date'
    | 'search'
    | 'url';
  readonly isRequired?: boolean;
  readonly maxLength?: number;
  /** Said below it where something was wrong. */
  readonly problem?: Html | string;
}

const defaultMaxLength = 300;

export function field(asked: Field): Html {
  const { name, label, hint, value = '', type = 'text', isRequired = false, problem } = asked;
  const described = [
    hint === undefined ? null : `${name}-hint`,
    problem === undefined ? null : `${name}-problem`,
  ]
    .filter(each => each !== null)
    .join(' ');
  return html`<p class="field"><label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" value="${value}"${type.startsWith('date') ? null : html` maxlength="${asked.maxLength ?? defaultMaxLength}"`} autocomplete="${type === 'password' ? 'new-password' : 'off'}"${isRequired ? html` required` : null}${
    described === '' ? null : html` aria-describedby="${described}"`
  }${problem === undefined ? null : html` aria-invalid="true"`}>
${hint === undefined ? null : html`<span class="soft" id="${name}-hint">${hint}</span>`}
${problem === undefined ? null : html`<span class="bad" id="${name}-problem">${problem}</span>`}</p>`;
}

type Option = readonly [value: string, label: string];

/** One of many. */
export const select = (
  name: string,
  label: string,
  options: readonly Option[],
  chosen: string,
  need: 'required' | 'optional' = 'required',
): Html =>
  html`<p class="field"><label for="${name}">${label}</label><select id="${name}" name="${name}"${need === 'required' ? html` required` : null}>${options.map(
    ([value, text]) =>
      html`<option value="${value}"${value === chosen ? html` selected` : null}>${text}</option>`,
  )}</select></p>`;

/** One of a few, all of them to be seen. */
export const choiceOf = (name: string, label: string, options: readonly Option[], chosen: string): Html =>
  html`<fieldset><legend>${label}</legend>${options.map(
    ([value, text]) =>
      html`<label class="option"><input type="radio" name="${name}" value="${value}"${value === chosen ? html` checked` : null}>
<span>${text}</span></label>`,
  )}</fieldset>`;
