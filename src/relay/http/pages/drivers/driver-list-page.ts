/** `/admin/drivers`: who may have keys, how they open, and how they are told. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../base/html.ts';
import { type DriverView, listDrivers } from '../../../domain/drivers.ts';
import { pageAsked, pageShown } from '../../api/paging.ts';
import { icon } from '../frame/icons.ts';
import { first } from '../frame/states.ts';
import { table, turn } from '../frame/table.ts';
import type { FramedPage, Shown } from '../framed.ts';
import { queryOf } from '../query.ts';
import type { Visit } from '../visit.ts';
import { driverHelp } from './driver-help.ts';
import { type DriverWords, driverPath, driverWords } from './driver-words.ts';

const path = '/admin/drivers';
const rowsAtOnce = 50;

export const driverListPage: FramedPage = {
  ...{ path, here: 'drivers', scope: 'drivers:read' },
  title: ({ menu }) => menu.drivers,
  show: driverList,
};

async function driverList(visit: Visit, request: FastifyRequest): Promise<Shown> {
  const words = driverWords(visit.viewer.language);
  const after = queryOf(request, 'after');
  const asked = { limit: rowsAtOnce, after };
  const { items, next } = pageShown(await listDrivers(visit.context, pageAsked(asked)), asked, row => row);
  const mayAdd = visit.viewer.scopes.has('drivers:write');
  const add = { label: words.add, href: `${path}/new` };
  if (items.length === 0) return { body: first(words.none, words.noneWhy, mayAdd ? add : null) };
  const rows = table<DriverView>({
    caption: words.caption,
    columns: [
      { label: words.name, cell: ({ id, name }) => html`<a href="${driverPath(id)}"><bdi>${name}</bdi></a>` },
      { label: words.opens, cell: row => opensWith(row, words).join(', ') },
      { label: words.reach, cell: row => reachCell(row, words) },
    ],
    rows: items,
  });
  const newest = after === undefined ? null : path;
  const older = next === null ? null : `${path}?after=${next}`;
  const button = html`<p class="buttons"><a class="button" href="${add.href}">${icon('add')}<span>${add.label}</span></a></p>`;
  return {
    body: html`${await driverHelp(visit, request)}${rows}${turn({ newest, older }, visit.texts)}${mayAdd ? button : null}`,
  };
}

type Ways = Pick<DriverView, 'phoneOpens' | 'phone' | 'pin' | 'badge'>;

export function opensWith({ phoneOpens, phone, pin, badge }: Ways, words: DriverWords): readonly string[] {
  const byPhone = phoneOpens && phone !== null ? [pin ? words.phonePin : words.phone] : [words.code];
  return badge === null ? byPhone : [...byPhone, words.badge];
}

function reachCell({ email, phone }: DriverView, words: DriverWords): Html {
  const ways = [email, phone].filter(way => way !== null);
  return ways.length === 0
    ? html`<span class="warn">${icon('alert')} ${words.nobody}</span>`
    : html`${ways.map((way, at) => html`${at > 0 ? ' · ' : ''}<bdi>${way}</bdi>`)}`;
}
