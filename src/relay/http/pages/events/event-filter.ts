/** The filters of the list of events, as the address has them: each a name that somebody typed, or an id that a link gave. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../base/html.ts';
import { instantOfLocal } from '../../../../base/local-time.ts';
import { eventWord } from '../../../../wire/event-words.ts';
import { eventTypes } from '../../../../wire/journal.ts';
import { boxesCalled } from '../../../domain/box-names.ts';
import type { EventFilter } from '../../../domain/event-list.ts';
import { type Found, foundDrivers, foundKeys } from '../../../domain/search.ts';
import { field, select } from '../frame/form-fields.ts';
import type { Shown } from '../framed.ts';
import { queryOf } from '../query.ts';
import type { Visit } from '../visit.ts';
import { eventWords } from './event-texts.ts';

export const eventsPath = '/admin/events';

const names = ['type', 'box', 'slot', 'key', 'driver', 'from', 'until'] as const;
type Name = (typeof names)[number];
type Typed = Readonly<Partial<Record<Name, string>>>;

/** Whose names begin like that; one that is called just so comes first. */
const boxesMost = 20;

export interface Asked {
  readonly typed: Typed;
  /** Null: something that was typed is nobody's name. */
  readonly filter: EventFilter | null;
}

export async function filterOf(visit: Visit, request: FastifyRequest): Promise<Asked> {
  const typed: Record<string, string> = {};
  for (const name of names) {
    const value = queryOf(request, name)?.trim();
    if (value !== undefined && value !== '') typed[name] = value;
  }
  return { typed, filter: await meant(visit, typed) };
}

async function meant({ context, clock, viewer }: Visit, typed: Typed): Promise<EventFilter | null> {
  const find = async (text: string | undefined, way: (text: string) => Promise<readonly Found[]>) =>
    text === undefined ? undefined : /^[dk]_[0-9a-z]+$/.test(text) ? text : (await way(text))[0]?.id;
  const boxes = typed.box === undefined ? [] : await boxesCalled(context, typed.box, boxesMost);
  const box = boxes.find(({ id, name }) => id === typed.box || name === typed.box) ?? boxes[0];
  const key = await find(typed.key, text => foundKeys(context, text));
  const mayDrivers = viewer.scopes.has('drivers:read');
  const driver = await find(typed.driver, async text =>
    mayDrivers ? await foundDrivers(context, text) : [],
  );
  const instant = (text: string | undefined): number | undefined =>
    text === undefined ? undefined : (instantOfLocal(text, clock.zone) ?? undefined);
  const slot = typed.slot === undefined ? undefined : Number(typed.slot);
  const isLost =
    (typed.box !== undefined && box === undefined) ||
    (typed.key !== undefined && key === undefined) ||
    (typed.driver !== undefined && driver === undefined) ||
    (slot !== undefined && (!Number.isSafeInteger(slot) || slot < 1 || slot > 999 || box === undefined));
  if (isLost) return null;
  const { type } = typed;
  return { type, box: box?.id, key, driver, slot, from: instant(typed.from), until: instant(typed.until) };
}

export const addressOf = (
  path: string,
  typed: Typed,
  more: Readonly<Record<string, string>> = {},
): string => {
  const query = new URLSearchParams({ ...typed, ...more }).toString();
  return query === '' ? path : `${path}?${query}`;
};

export function chipsOf({ viewer }: Visit, typed: Typed): NonNullable<Shown['chips']> {
  const words = eventWords(viewer.language);
  return names.flatMap(name => {
    const value = typed[name];
    if (value === undefined) return [];
    const { [name]: _, ...rest } = typed;
    const shown = name === 'type' ? eventWord(value, viewer.language) : value.replace('T', ' ');
    return [{ label: words.chip(words[name], shown), without: addressOf(eventsPath, rest) }];
  });
}

export function filterForm({ viewer }: Visit, typed: Typed): Html {
  const words = eventWords(viewer.language);
  const types = eventTypes.map(type => [type, eventWord(type, viewer.language)] as const);
  const text = (name: Name, hint?: string): Html =>
    field({
      name,
      label: words[name],
      value: typed[name] ?? '',
      maxLength: 96,
      ...(hint === undefined ? {} : { hint }),
    });
  const time = (name: 'from' | 'until'): Html =>
    field({ name, label: words[name], type: 'datetime-local', value: typed[name] ?? '' });
  return html`<details id="filter" class="filters"><summary>${words.filter}</summary><form method="get" action="${eventsPath}" class="sheet">
${select('type', words.type, [['', words.anyType], ...types], typed.type ?? '', 'optional')}
${text('box', words.boxHint)}${text('slot', words.slotHint)}${text('key')}${text('driver')}${time('from')}${time('until')}
<p class="buttons"><button type="submit" class="main">${words.show}</button></p></form></details>`;
}
