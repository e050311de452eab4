/** Text with `{placeholders}`. A line whose placeholder has nothing to say is left out, so that no sentence has a hole. */
import { escapeHtml } from '../../base/html.ts';
import { cleanLine } from '../../base/plain-line.ts';
import { type Placeholder, placeholders, type Texts, type Values } from './kinds.ts';

const braces = /\{([^{}\n]*)\}/g;
const isPlaceholder = (name: string): name is Placeholder =>
  (placeholders as readonly string[]).includes(name);

/** Words in braces that mean nothing here. */
export const unknownPlaceholders = (template: string): readonly string[] =>
  [...template.matchAll(braces)].map(([, name = '']) => name).filter(name => !isPlaceholder(name));

export const usedPlaceholders = (template: string): readonly Placeholder[] =>
  [...template.matchAll(braces)].map(([, name = '']) => name).filter(isPlaceholder);

const valueFor = (values: Values, name: string): string => (isPlaceholder(name) ? oneLine(values[name]) : '');

/** Names come from other systems: what they hold stays on its line. */
const oneLine = (text: string): string => cleanLine(text).trim();

const isWhole = (line: string, values: Values): boolean =>
  usedPlaceholders(line).every(name => valueFor(values, name) !== '');

const filledLine = (line: string, values: Values): string =>
  line.replace(braces, (_, name: string) => valueFor(values, name));

/** A line for each of several things: what they are called is no template of ours. */
const isList = (line: string): boolean => line.trim() === '{faults}';
const listed = ({ faults }: Values): readonly string[] =>
  faults
    .split('\n')
    .map(oneLine)
    .filter(item => item !== '');

/** The lines that have all that they name, filled. */
export const filled = (template: string, values: Values): string =>
  template
    .split('\n')
    .filter(line => isWhole(line, values))
    .map(line => (isList(line) ? listed(values).join('\n\n') : filledLine(line, values).trimEnd()))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();

export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Longest subject that is sent; names in it may be long. */
const subjectMax = 200;

export function mailOf(texts: Texts, values: Values, footer: string): Mail {
  const subject = cut(filled(texts.subject, values).replaceAll('\n', ' '), subjectMax);
  const foot = filled(footer, values);
  const text = `${filled(texts.text, values)}\n\n-- \n${foot}\n`;
  return { subject, text, html: page(subject, body(texts.text, values), { foot, account: values.account }) };
}

/** Ten parts of an SMS; more is an accident. */
const smsMax = 1_000;

export const smsOf = (texts: Texts, values: Values): string => plain(cut(filled(texts.sms, values), smsMax));

/** One typographic sign halves what fits into an SMS (GSM 03.38): where nothing is lost, there is none. */
const plain = (text: string): string =>
  text
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u2013\u2014]/g, '-')
    .replace(/\u2026/g, '...')
    .replace(/[\u00a0\u202f]/g, ' ');

export const cut = (text: string, most: number): string =>
  text.length <= most
    ? text
    : `${[...text]
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`;

/** French signs stay with their word. */
export const unbroken = (text: string): string => text.replace(/ (?=[:;?!](?:\s|$))/g, '\u00a0');
const escaped = (text: string): string => escapeHtml(unbroken(text));

/** Blocks between blank lines: a code alone, a line that ends with the link, a table of `Name: value`, or a paragraph. */
function body(template: string, values: Values): string {
  return template
    .split(/\n\s*\n/)
    .map(block => block.split('\n').filter(line => line.trim() !== '' && isWhole(line, values)))
    .filter(lines => lines.length > 0)
    .map(lines => blockOf(lines, values))
    .join('\n');
}

const row = /^([^:{}]{1,40}): (.+)$/;

function blockOf(lines: readonly string[], values: Values): string {
  const [only = ''] = lines;
  if (lines.length === 1) {
    if (isList(only))
      return listed(values)
        .map(item => `<p style="${styles.paragraph}">${escaped(item)}</p>`)
        .join('\n');
    if (only.trim() === '{code}') return `<p style="${styles.code}">${shown('{code}', values)}</p>`;
    if (only.trim() === '{check}') return `<p style="${styles.code}">${shown('{check}', values)}</p>`;
    const label = /^(.{1,60}): \{link\}$/.exec(only.trim())?.[1];
    if (label !== undefined) return button(label, values);
  }
  if (lines.length > 1 && lines.every(line => row.test(line)))
    return `<table style="${styles.table}">${lines.map(line => tableRow(line, values)).join('')}</table>`;
  return `<p style="${styles.paragraph}">${lines.map(line => shown(line, values)).join('<br>')}</p>`;
}

const shown = (line: string, values: Values): string => {
  const { phone } = values;
  const text = escaped(filledLine(line.trim(), values));
  if (phone === '' || !line.includes('{phone}')) return text;
  return text.replace(
    escaped(phone),
    `<a style="${styles.link}" href="tel:${escaped(phone.replace(/[^+\d]/g, ''))}">${escaped(phone)}</a>`,
  );
};

function tableRow(line: string, values: Values): string {
  const [, name = '', value = ''] = row.exec(line.trim()) ?? [];
  return `<tr><th style="${styles.th}">${escaped(name)}</th><td style="${styles.td}">${shown(value, values)}</td></tr>`;
}

/** Only to pages: nothing else is a link, whatever an account's own words say. */
function button(label: string, values: Values): string {
  const address = URL.parse(valueFor(values, 'link'));
  if (address === null || !['http:', 'https:'].includes(address.protocol)) return '';
  return `<p style="${styles.paragraph}"><a style="${styles.button}" href="${escaped(address.href)}">${shown(label, values)}</a></p>`;
}

const font = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif";
const styles = {
  paragraph: 'margin:0 0 16px',
  code: 'margin:0 0 16px;padding:16px;background:#eef3f1;border-radius:8px;text-align:center;font:700 34px/1.2 ui-monospace,Menlo,Consolas,monospace;letter-spacing:2px;color:#12372a;white-space:nowrap',
  table: 'border-collapse:collapse;margin:0 0 16px;width:100%',
  th: 'text-align:left;vertical-align:top;font-weight:400;color:#5b6b64;padding:6px 16px 6px 0;white-space:nowrap;border-bottom:1px solid #e4eae7',
  td: 'text-align:left;vertical-align:top;font-weight:600;padding:6px 0;width:100%;border-bottom:1px solid #e4eae7',
  button:
    'display:inline-block;padding:12px 20px;background:#12664a;color:#ffffff;border-radius:8px;text-decoration:none;font-weight:600',
  link: 'color:#12664a;white-space:nowrap',
} as const;

const page = (
  title: string,
  content: string,
  { foot, account }: { readonly foot: string; readonly account: string },
): string => `<!doctype html>
<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escaped(title)}</title></head>
<body style="margin:0;padding:0;background:#f2f5f3">
<div style="max-width:560px;margin:0 auto;padding:24px 12px;${font};font-size:16px;line-height:1.5;color:#1c2623">
<div style="padding:0 12px 12px;color:#12664a;font-weight:700">${escaped(oneLine(account))}</div>
<div style="background:#ffffff;border-radius:12px;padding:24px 20px 8px">
${content}
</div>
<div style="padding:12px;color:#5b6b64;font-size:13px">${escaped(foot).replaceAll('\n', '<br>')}</div>
</div></body></html>`;
