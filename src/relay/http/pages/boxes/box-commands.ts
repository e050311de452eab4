/** Commands of a box from afar: what was asked and why, and what became of it, live. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../base/html.ts';
import type { Order } from '../../../../wire/down.ts';
import { type CommandView, commandPlace, commandState, listCommands } from '../../../domain/commands.ts';
import { placeAsked, placesShown } from '../../api/paging.ts';
import type { IconName } from '../frame/icons.ts';
import { first } from '../frame/states.ts';
import { table, turn } from '../frame/table.ts';
import { clockText, when } from '../frame/when.ts';
import { type LivePiece, livePiece } from '../live-piece.ts';
import { queryOf } from '../query.ts';
import { mark } from './box-marks.ts';
import { boxPath } from './box-paths.ts';
import { type BoxVisit, boxPage, visitBox } from './box-shell.ts';

const rowsAtOnce = 50;

export const boxCommandsPage = boxPage('commands', async (at, request) => {
  const { visit, words, box } = at;
  const mayCommand = visit.viewer.scopes.has('commands:write');
  const way = (query: string, label: string): Html =>
    html`<a class="button" href="${boxPath(box.id, `commands/new?${query}`)}">${label}</a>`;
  const ways = html`<p class="buttons">${way('verb=open', words.asks.open)} ${way('verb=lockdown', words.asks.lockdown)} ${way('verb=lift', words.asks.lift)} ${way('verb=restore', words.asks.restore)} ${way('verb=resync', words.asks.resync)}</p>`;
  return html`${mayCommand ? ways : null}${await commandList(at, queryOf(request, 'after'))}`;
});

export const boxCommandsPiece: LivePiece = {
  ...{ path: '/admin/_/boxes/:id/commands', scope: 'boxes:read' },
  show: async (visit, request: FastifyRequest) =>
    await commandList(await visitBox(visit, request), queryOf(request, 'after')),
};

async function commandList(at: BoxVisit, after: string | undefined): Promise<Html> {
  const { visit, box, words } = at;
  const asked = { limit: rowsAtOnce, after };
  const found = await listCommands(visit.context, box.id, placeAsked(asked, [0, ''] as const));
  const { items, next } = placesShown(found, asked, commandPlace, row => row);
  const here = boxPath(box.id, 'commands');
  const turned = turn(
    { newest: after === undefined ? null : here, older: next === null ? null : `${here}?after=${next}` },
    visit.texts,
  );
  const body =
    items.length === 0
      ? first(words.noCommand, words.noCommandWhy, null)
      : html`${commandTable(at, items)}${turned}`;
  const address = `/admin/_/boxes/${encodeURIComponent(box.id)}/commands${after === undefined ? '' : `?after=${after}`}`;
  const [latest] = items;
  const said = latest === undefined ? '' : `${orderText(latest, words)}: ${stateText(latest, at)}`;
  return livePiece({ address, news: [`box-${box.id}`], said, body }, visit);
}

const commandTable = (at: BoxVisit, rows: readonly CommandView[]): Html => {
  const { words, clock } = at;
  return table<CommandView>({
    caption: words.tabs.commands,
    columns: [
      { label: words.what, cell: row => orderText(row, words) },
      { label: words.became, cell: row => became(row, at) },
      { label: words.why, cell: ({ why }) => html`<bdi>${why}</bdi>` },
      { label: words.whoAsked, cell: ({ who }) => html`<bdi>${who}</bdi>` },
      { label: words.asked, cell: ({ created }) => when(created, clock) },
    ],
    rows,
  });
};

const looks = {
  waiting: ['clock', 'warn'],
  sent: ['go', 'warn'],
  done: ['check', 'ok'],
  refused: ['refused', 'bad'],
  expired: ['clock', 'bad'],
} as const satisfies Readonly<Record<ReturnType<typeof commandState>, readonly [IconName, string]>>;

function became(row: CommandView, at: BoxVisit): Html {
  const [name, tone] = looks[commandState(row, at.visit.clock.now)];
  const answered = row.answered === null ? null : html` ${when(row.answered, at.clock)}`;
  return html`${mark(name, tone, stateText(row, at))}${answered}`;
}

/** One that was sent in time and had no answer may have run: only what was never sent surely did nothing. */
function stateText(row: CommandView, { words, clock, visit }: BoxVisit): string {
  const state = commandState(row, visit.clock.now);
  if (state === 'waiting') return words.waiting(clockText(row.not_after, clock));
  if (state === 'sent') return words.sent(clockText(row.not_after, clock));
  if (state === 'done') return words.done;
  if (state === 'refused') return words.refused(reasonText(row.outcome ?? '', words));
  const isOpen = (JSON.parse(row.body) as Order).verb === 'open';
  if (row.sent !== null) return words.expiredUnanswered;
  return isOpen ? words.expiredOpen : words.expired;
}

const reasonText = (code: string, { refusals }: BoxVisit['words']): string =>
  Object.hasOwn(refusals, code) ? refusals[code as keyof typeof refusals] : code;

function orderText({ body }: Pick<CommandView, 'body'>, { orders }: BoxVisit['words']): string {
  const order = JSON.parse(body) as Order;
  switch (order.verb) {
    case 'open':
      return orders.open(order.slot);
    case 'restore':
      return orders.restore(order.slot);
    case 'lockdown':
      return order.on ? orders.lockdown : orders.lift;
    case 'resync':
      return orders.resync;
    case 'rules':
      return orders.rules;
    case 'texts':
      return orders.texts;
    default:
      return (order as { readonly verb: string }).verb;
  }
}
