import * as v from 'valibot';
import { cleanLine } from '../../../../base/plain-line.ts';
import { type Order, rulesPatch } from '../../../../wire/down.ts';
import { boxRow } from '../../../domain/boxes.ts';
import {
  type CommandView,
  commandPlace,
  commandState,
  commandView,
  listCommands,
  orderCommand,
} from '../../../domain/commands.ts';
import { notFound } from '../../../domain/faults.ts';
import { placeAsked, placesShown } from '../paging.ts';
import { type ReadContext, type Route, reads, writes } from '../route.ts';
import {
  at,
  atOrNull,
  atText,
  byId,
  id,
  instant,
  line,
  pageOf,
  pageQuery,
  reason,
  slot,
  typed,
  whole,
} from '../schemas/parts.ts';

const usualS = 60;
const head = { why: reason, validS: v.optional(v.pipe(whole, v.minValue(5), v.maxValue(600)), usualS) };

/** The wire's orders (wire/down.ts), as a person writes them. */
const newCommand = v.variant('verb', [
  v.strictObject({ verb: v.literal('open'), ...head, slot }),
  v.strictObject({
    verb: v.literal('lockdown'),
    ...head,
    on: v.boolean(),
    until: v.optional(v.nullable(instant)),
  }),
  v.strictObject({ verb: v.literal('resync'), ...head }),
  v.strictObject({ verb: v.literal('restore'), ...head, slot }),
  v.strictObject({
    verb: v.literal('rules'),
    ...head,
    rules: rulesPatch,
  }),
  v.strictObject({
    verb: v.literal('texts'),
    ...head,
    texts: v.strictObject({
      phone: v.optional(v.nullable(v.pipe(typed(32), v.transform(cleanLine)))),
      name: v.optional(v.nullable(line(64))),
    }),
  }),
]);

const command = v.object({
  id: v.string(),
  box: v.string(),
  verb: v.string(),
  /** Of a command for one slot. */
  slot: v.nullable(slot),
  /** Of a person or a token, as they were called then. */
  who: v.string(),
  why: v.string(),
  created: at,
  /** A box does not run it later than this. */
  notAfter: at,
  state: v.picklist(['waiting', 'sent', 'done', 'refused', 'expired']),
  /** Why it was refused. */
  code: v.nullable(v.string()),
  answered: v.nullable(at),
});

const item = (row: CommandView, now: number): v.InferInput<typeof command> => ({
  ...{
    id: row.id,
    box: row.box,
    ...orderParts(row),
    who: row.who,
    why: row.why,
    created: atText(row.created),
    notAfter: atText(row.not_after),
  },
  state: commandState(row, now),
  code: row.outcome === null || row.outcome === 'done' ? null : row.outcome,
  answered: atOrNull(row.answered),
});

function orderParts({ body }: CommandView): { verb: string; slot: number | null } {
  const order = JSON.parse(body) as Order;
  return { verb: order.verb, slot: 'slot' in order && typeof order.slot === 'number' ? order.slot : null };
}

function orderOf({ why: _w, validS: _v, ...order }: v.InferOutput<typeof newCommand>): Order {
  return order.verb === 'lockdown' ? { ...order, until: order.until ?? null } : order;
}

const one = v.strictObject({ id, command: id });

async function found(context: ReadContext, box: string, name: string): Promise<CommandView> {
  await boxRow(context, box);
  const row = await commandView(context, name);
  if (row.box !== box) throw notFound('command', name);
  return row;
}

export const commandRoutes = (nudge: () => void): readonly Route[] => [
  writes({
    method: 'POST',
    path: '/boxes/:id/commands',
    name: 'commandBox',
    summary:
      'Has a box open a slot, forget a slot’s faults once they are mended, lock down, take its set anew, or take other rules and texts; at most once',
    scope: 'commands:write',
    isSensitive: true,
    params: byId,
    body: newCommand,
    status: 202,
    answer: command,
    write: async (context, { caller, params, body }) => {
      const order = orderOf(body);
      const made = { box: params.id, order, who: caller.name, why: body.why, lifeMs: body.validS * 1_000 };
      return item(await orderCommand(context, made), context.now);
    },
    after: nudge,
  }),
  reads({
    method: 'GET',
    path: '/boxes/:id/commands',
    name: 'listCommands',
    summary: 'Commands of a box and what became of each, the newest first',
    scope: 'boxes:read',
    params: byId,
    query: v.strictObject(pageQuery),
    status: 200,
    answer: pageOf(command),
    read: async (context, { params: { id: box }, query }) => {
      await boxRow(context, box);
      const rows = await listCommands(context, box, placeAsked(query, [0, ''] as const));
      return placesShown(rows, query, commandPlace, row => item(row, context.now));
    },
  }),
  reads({
    method: 'GET',
    path: '/boxes/:id/commands/:command',
    name: 'getCommand',
    summary: 'What became of a command',
    scope: 'boxes:read',
    params: one,
    status: 200,
    answer: command,
    read: async (context, { params }) => item(await found(context, params.id, params.command), context.now),
  }),
];
