/** The parts that every page of one box has: which box it is, by which clock, and the ways to its other pages. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../base/html.ts';
import { boxNames } from '../../../domain/box-names.ts';
import { type BoxView, boxView } from '../../../domain/boxes.ts';
import type { Scope } from '../../api/scopes.ts';
import type { Tab } from '../frame/frame.ts';
import type { Clock } from '../frame/when.ts';
import type { FramedPage, Shown } from '../framed.ts';
import { paramOf } from '../query.ts';
import type { Visit } from '../visit.ts';
import { boxPath } from './box-paths.ts';
import { type BoxWords, boxWords } from './box-texts.ts';

/** One look at one box. */
export interface BoxVisit {
  readonly visit: Visit;
  readonly words: BoxWords;
  readonly box: BoxView;
  /** Of the place where it stands. */
  readonly clock: Clock;
}

const tabs = {
  doors: ['', 'boxes:read'],
  who: ['who', 'drivers:read'],
  events: ['events', 'events:read'],
  commands: ['commands', 'boxes:read'],
  settings: ['settings', 'boxes:read'],
  enrol: ['enrol', 'boxes:read'],
} as const satisfies Readonly<Record<string, readonly [path: string, scope: Scope]>>;
type BoxTab = keyof typeof tabs;

/** @throws Fault `not-found` */
export async function visitBox(visit: Visit, request: FastifyRequest): Promise<BoxVisit> {
  const box = await boxView(visit.context, paramOf(request, 'id'));
  const place = (await boxNames(visit.context, [box.id])).get(box.id);
  const clock = place === undefined ? visit.clock : visit.clockAt(place.zone);
  return { visit, words: boxWords(visit.viewer.language), box, clock };
}

/** A page of one box; `body` is what stands below the tabs. */
export const boxPage = (
  tab: BoxTab,
  body: (at: BoxVisit, request: FastifyRequest) => Promise<Html>,
): FramedPage => ({
  ...{ path: pathOf(tab), here: 'boxes', scope: tabs[tab][1] },
  title: ({ menu }) => menu.boxes,
  show: async (visit, request) => {
    const at = await visitBox(visit, request);
    return boxShown(at, tab, await body(at, request));
  },
});

export const pathOf = (tab: BoxTab): string => `/admin/boxes/:id${tab === 'doors' ? '' : `/${tabs[tab][0]}`}`;

export function boxShown({ box, words, visit }: BoxVisit, here: BoxTab, body: Html): Shown {
  const { scopes } = visit.viewer;
  const shown = (Object.keys(tabs) as BoxTab[]).filter(tab => scopes.has(tabs[tab][1]));
  const row: readonly Tab[] = shown.map(tab => ({
    ...{ label: words.tabs[tab], href: boxPath(box.id, tabs[tab][0]), isHere: tab === here },
  }));
  return { title: box.name, lead: html`<code>${box.id}</code>`, tabs: row, body };
}
