/** Where the main menu leads, and the list of what can be added. */
import { type Html, html } from '../../../../base/html.ts';
import { type IconName, icon } from './icons.ts';
import type { PageTexts } from './texts/languages.ts';

const entries = [
  'today',
  'bookings',
  'keys',
  'drivers',
  'boxes',
  'events',
  'problems',
  'integrations',
  'settings',
] as const satisfies readonly IconName[];

/** A page of the menu, or one below it. */
export type Section = (typeof entries)[number];

const sectionPath = (section: Section): string => (section === 'today' ? '/admin' : `/admin/${section}`);

/** More problems than this are said as “99+”: the exact number tells nobody more. */
export const countMost = 99;

interface Menu {
  readonly here: Section | null;
  /** Open Problems; null: the viewer may not know. */
  readonly problems: number | null;
  readonly texts: PageTexts;
}

export function menu({ here, problems, texts }: Menu): Html {
  const items = entries.map(section => {
    const isHere = section === here;
    return html`<li><a href="${sectionPath(section)}"${isHere ? html` aria-current="page"` : null}>${icon(section)}
<span>${texts.menu[section]}</span>${section === 'problems' ? badge(problems, texts) : null}</a></li>`;
  });
  return html`<ul>${items}</ul>`;
}

function badge(count: number | null, texts: PageTexts): Html | null {
  if (count === null || count === 0) return null;
  const shown = count > countMost ? `${countMost}+` : String(count);
  return html`<span class="badge"><span aria-hidden="true">${shown}</span>
<span class="unseen">${texts.frame.openCount(shown)}</span></span>`;
}

const addable = [
  ['booking', 'bookings'],
  ['key', 'keys'],
  ['driver', 'drivers'],
  ['box', 'boxes'],
  ['integration', 'integrations'],
] as const;

export const addList = (texts: PageTexts): Html =>
  html`<ul>${addable.map(
    ([what, section]) =>
      html`<li><a href="${sectionPath(section)}/new">${icon(section)}<span>${texts.add[what]}</span></a></li>`,
  )}</ul>`;
