import type { JournalEvent } from '../../src/wire/journal.ts';
import type { Diary, Span } from './diary.ts';

/** The witness looks every few milliseconds, and both read the same clock. */
const witnessMs = 5;
/** A daemon that was up for so long while something had changed has noticed and written it (debounce 50 ms, samples 1 s). */
const noticedMs = 700;

export interface Case {
  readonly events: readonly JournalEvent[];
  readonly diary: Diary;
  /** Bookings that take again and again. */
  readonly reusable: ReadonlySet<string>;
}

/** Everything in which the journal contradicts itself or the witness; empty for a good box. */
export function judge(given: Case): readonly string[] {
  return [...judgeRecord(given), ...pulses(given), ...doors(given), ...truth(given)];
}

/** What is true of the journal at every instant, and so of what a box finds after a power cut, before it has looked around. */
export function judgeRecord(given: Case): readonly string[] {
  return [...numbering(given), ...removals(given), ...codes(given), ...grants(given)];
}

const atMs = (event: JournalEvent): number => Date.parse(event.at);

function numbering({ events }: Case): readonly string[] {
  const wrong: string[] = [];
  for (const [at, event] of events.entries()) {
    if (event.seq !== at + 1) wrong.push(`event ${at + 1} has the number ${event.seq}`);
    const before = events[at - 1];
    if (before !== undefined && event.prev !== before.hash) wrong.push(`event ${event.seq} does not follow`);
  }
  return wrong;
}

/** Between two removals of a key there is a return. */
function removals({ events }: Case): readonly string[] {
  const out = new Map<string, number>();
  const wrong: string[] = [];
  for (const { type, key, seq } of events) {
    if (key === undefined) continue;
    if (type === 'key-returned') out.delete(key);
    if (type !== 'key-taken') continue;
    const before = out.get(key);
    if (before !== undefined)
      wrong.push(`${key} was taken at ${before} and at ${seq} without a return between`);
    out.set(key, seq);
  }
  return wrong;
}

/** No code is honoured for two takes, and none that nobody typed. */
function codes({ events, diary, reusable }: Case): readonly string[] {
  const wrong: string[] = [];
  const bookings = new Set(events.flatMap(({ booking }) => booking ?? []));
  for (const booking of bookings) {
    const its = events.filter(event => event.booking === booking);
    const takes = its.filter(({ type }) => type === 'key-taken');
    const granted = its.filter(({ type }) => type === 'granted');
    const typed = diary.typed.filter(entry => entry.booking === booking);
    if (granted.length > typed.length)
      wrong.push(`${booking}: ${granted.length} grants for ${typed.length} entries`);
    if (reusable.has(booking)) continue;
    if (takes.length > 1) wrong.push(`${booking} took ${takes.length} times`);
    // A return without a removal before it undoes a handover at the door: the code has not been used.
    const [taken] = takes;
    const back = its.find(
      ({ type, seq }) => type === 'key-returned' && taken !== undefined && seq > taken.seq,
    );
    const again = granted.find(event => event.for === 'take' && back !== undefined && event.seq > back.seq);
    if (again !== undefined) wrong.push(`${booking} was granted again at ${again.seq}, after its return`);
  }
  return wrong;
}

/** No lock moved without a grant written before. */
function grants({ events, diary }: Case): readonly string[] {
  const wrong: string[] = [];
  const seen = new Map<number, number>();
  for (const { slot, from } of diary.pulses) {
    const nth = (seen.get(slot) ?? 0) + 1;
    seen.set(slot, nth);
    const written = events.filter(
      event => event.type === 'granted' && event.slot === slot && atMs(event) <= from + witnessMs,
    );
    if (written.length < nth)
      wrong.push(`slot ${slot}: pulse ${nth} seen, ${written.length} grants written by then`);
  }
  return wrong;
}

/** No lock is powered for too long, never two at once. */
function pulses({ diary }: Case): readonly string[] {
  const wrong: string[] = [];
  for (const { slot, from, to } of diary.pulses) {
    if (to === null || to - from > 1_000 + witnessMs)
      wrong.push(`slot ${slot}: powered for more than a second`);
    const other = diary.pulses.find(
      each =>
        each.slot !== slot &&
        each.from < (to ?? from) - witnessMs &&
        (each.to ?? each.from) > from + witnessMs,
    );
    if (other !== undefined) wrong.push(`slots ${slot} and ${other.slot} were powered together`);
  }
  return wrong;
}

/** Milliseconds of the longest stretch of the span in which one run of the daemon could see it. */
function watchedMs(span: Span, { runs }: Diary): number {
  const stretches = runs.map(
    run =>
      Math.min(run.to ?? Number.POSITIVE_INFINITY, span.to ?? Number.POSITIVE_INFINITY) -
      Math.max(run.from, span.from),
  );
  return Math.max(0, ...stretches);
}

/** Every opening that a running box could see is in its journal, and none is called a break-in. */
function doors({ events, diary }: Case): readonly string[] {
  const wrong = events
    .filter(({ type }) => type === 'door-forced')
    .map(({ seq, slot }) => `door-forced of slot ${slot} at ${seq}, although no door was forced`);
  for (const span of diary.doors) {
    if (watchedMs(span, diary) < noticedMs) continue;
    const until = (span.to ?? Number.POSITIVE_INFINITY) + noticedMs;
    const told = events.some(
      event =>
        event.type === 'door-opened' &&
        event.slot === span.slot &&
        atMs(event) >= span.from - witnessMs &&
        atMs(event) <= until,
    );
    if (!told) wrong.push(`slot ${span.slot}: the door was open from ${span.from} and nobody wrote it`);
  }
  return wrong;
}

/** When the box has looked around, the books say of every key what the witness sees. */
export function truth({ events, diary }: Case): readonly string[] {
  const wrong: string[] = [];
  for (const slot of new Set(diary.outings.map(span => span.slot))) {
    const last = events.findLast(
      event => event.key === `slot-${slot}` && (event.type === 'key-taken' || event.type === 'key-returned'),
    );
    const out = diary.outings.some(span => span.slot === slot && span.to === null);
    if ((last?.type === 'key-taken') !== out) {
      wrong.push(
        `slot ${slot}: the key is ${out ? 'out' : 'in'}, the journal ends with ${last?.type ?? 'nothing'}`,
      );
    }
  }
  return wrong;
}
