/** Events as a file: lines as the boxes wrote them, or a table; of one box with what it has signed of them. */
import type { FastifyInstance } from 'fastify';
import { csvHead, csvLine } from '../../../../wire/event-csv.ts';
import { arrivedBefore } from '../../../domain/event-list.ts';
import { checkedCall, readingOf } from '../../api/call-route.ts';
import { writeCursor } from '../../api/cursor.ts';
import { streamLines } from '../../api/stream-lines.ts';
import type { PageDeps } from '../page-deps.ts';
import { queryOf } from '../query.ts';
import { visitOf } from '../visit.ts';
import { filterOf } from './event-filter.ts';

export function eventExport(app: FastifyInstance, deps: PageDeps): void {
  app.get('/admin/events/export', async (request, reply) => {
    const visit = await visitOf(request, deps);
    if (visit === null) return reply.redirect('/admin/sign-in', 303);
    const { filter } = await filterOf(visit, request);
    const route = deps.routes.find(({ name }) => name === 'listEvents');
    if (route?.lines === undefined || filter === null) return reply.callNotFound();
    const { box, from, until, ...parts } = filter;
    const text = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());
    const isCsv = queryOf(request, 'format') === 'csv';
    // A table has no signature, so that what stands behind an end would prove nothing there.
    const isOfTime = isCsv && until !== undefined;
    const isWhole = box !== undefined && !isOfTime && Object.values(parts).every(each => each === undefined);
    const place = async (at: number | undefined) =>
      at === undefined ? undefined : writeCursor([await arrivedBefore(visit.context, box ?? '', at)]);
    const rest = isWhole
      ? { after: await place(from), upTo: await place(until) }
      : { ...parts, slot: parts.slot?.toString(), from: text(from), until: text(until), order: 'oldest' };
    const query = JSON.parse(JSON.stringify({ box, ...rest })) as object;
    const lines = route.lines(
      readingOf(deps, visit.caller),
      checkedCall(route, visit.caller, { query }, deps.time.wall()),
    );
    const name = `events-${box ?? 'all'}.${isCsv ? 'csv' : 'jsonl'}`;
    reply.header('content-disposition', `attachment; filename="${name}"`);
    return isCsv
      ? await streamLines(reply, table(lines), 'text/csv; charset=utf-8')
      : await streamLines(reply, lines);
  });
}

async function* table(lines: AsyncIterable<string>): AsyncIterable<string> {
  yield csvHead;
  for await (const line of lines) yield csvLine(JSON.parse(line) as Readonly<Record<string, unknown>>);
}
