/** A box's events as an auditor can check them: `smartbox events verify` tells this copy whole, cut, edited … as it does the box's own. */
import { rangeLine } from '../../wire/chain.ts';
import type { JournalEvent } from '../../wire/journal.ts';
import { checkpointAt, coveredBy } from '../store/event-checkpoints.ts';
import type { Reading } from './context.ts';
import type { EventView } from './events.ts';

/** Events that follow one another by the chain. */
interface Run {
  readonly first: JournalEvent;
  readonly last: EventView;
  /** The last that was asked for, where others stand behind it. */
  readonly end: EventView | null;
}

const eventOf = ({ line }: EventView): JournalEvent => JSON.parse(line) as JournalEvent;

function continues({ last }: Run, next: EventView): boolean {
  if (next.enrolment !== last.enrolment || next.seq !== last.seq + 1) return false;
  return next.epoch === last.epoch || eventOf(next).prev === eventOf(last).hash;
}

/**
 * The lines of one box in the order in which they came; after each run of them what its box has signed of it. A box that was
 * restored or replaced, or has lost events, begins a run: in one chain with what came before they would look edited. Nothing
 * after `upTo` is asked for, by the order of arrival: events that came later follow only as far as the box has signed.
 */
export async function* signedLines(
  context: Reading,
  { box, upTo }: { readonly box: string; readonly upTo: number | null },
  events: AsyncIterable<EventView>,
): AsyncIterable<string> {
  let run = null as Run | null;
  let covered = null as number | null;
  for await (const event of events) {
    const isBeyond = upTo !== null && event.number > upTo;
    if (isBeyond && run === null) break;
    if (run !== null && isBeyond && run.end === null) {
      covered = await coveredBy(context.tx, run.last);
      run = { ...run, end: run.last };
    }
    if (run !== null && isBeyond && (covered === null || event.seq > covered)) break;
    if (run !== null && !continues(run, event)) {
      yield* ending(context, run);
      run = null;
      if (isBeyond) return;
    }
    run = { first: run?.first ?? eventOf(event), last: event, end: run?.end ?? null };
    yield event.line;
  }
  if (run !== null) yield* ending(context, run);
  else if (upTo === null) yield* emptyEnding(context, box);
}

async function* ending({ tx }: Reading, { first, last, end }: Run): AsyncIterable<string> {
  const kept = await checkpointAt(tx, last);
  const { box, seq: from, prev } = first;
  const until = end === null || end.seq === last.seq ? {} : { to: end.seq, head: eventOf(end).hash };
  const range = { type: 'range', box, from, prev } as const;
  if (kept === null) yield rangeLine({ ...range, checkpoint: null });
  else {
    if (kept.from !== from || until.to !== undefined) yield rangeLine({ ...range, ...until });
    yield kept.line;
  }
}

/** Nothing came after what the caller has: the box's word that there is no more is worth something too. */
async function* emptyEnding({ tx, account }: Reading, id: string): AsyncIterable<string> {
  const last = await tx
    .selectFrom('event')
    .select(['number', 'box', 'enrolment', 'epoch', 'seq', 'line', 'stored'])
    .where('account', '=', account)
    .where('box', '=', id)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (last === undefined) return;
  const kept = await checkpointAt(tx, last);
  const { box, seq, hash: prev } = eventOf(last);
  const range = { type: 'range', box, from: seq + 1, prev } as const;
  yield rangeLine(kept === null ? { ...range, checkpoint: null } : range);
  if (kept !== null) yield kept.line;
}
