import type { Json } from '../../base/canonical.ts';
import { reasonOf } from '../../base/fault.ts';
import type { StatusReport } from '../../wire/report.ts';
import type { BookingView, BoxHandle } from '../ports.ts';
import { operation } from './args.ts';
import type { Operation } from './call.ts';
import { statusReport } from './report.ts';
import { auditReport, bookingReport, keyReport, slotReport } from './report-slots.ts';

/** Rows of a list that are read from the file at one time. */
const pageRows = 200;

/** A report as the wire carries it: interfaces have no index signature, so the compiler must be told. */
const asJson = (report: object): Json => report as unknown as Json;

export function statusOf(box: BoxHandle): StatusReport {
  return statusReport(box.state(), {
    program: box.program,
    site: box.site,
    now: box.judged(),
    mono: box.time.mono(),
    bookings: countOf(box),
    guardHealthy: box.guardHealthy(),
    publicKey: box.vault.publicKey,
    relay: box.relay(),
  });
}

/** A status must come also from a box whose file cannot be read. */
function countOf(box: BoxHandle): number | null {
  try {
    return box.store.bookings.count();
  } catch (error) {
    box.log.warn({ reason: reasonOf(error) }, 'bookings cannot be counted');
    return null;
  }
}

const status = operation({}, (_args, _call, box) => asJson(statusOf(box)));

const slots = operation({}, (_args, _call, box) => {
  const state = box.state();
  return asJson(state.slots.map(slot => slotReport(state, slot)));
});

const keysList = operation({}, (_args, _call, box) => asJson(box.state().keys.map(keyReport)));

const audit = operation({}, (_args, _call, box) => {
  const state = box.state();
  return asJson(state.slots.map(slot => auditReport(state, slot)));
});

/** Page by page, so that a million bookings neither fill the memory nor keep the keypad waiting. */
const bookingsList = operation({}, async (_args, call, box) => {
  const { bookings } = box.store;
  let last: BookingView | undefined;
  do {
    const page = bookings.list({ after: last?.id ?? null, limit: pageRows });
    const now = box.judged();
    for (const view of page) await call.item(asJson(bookingReport(view, now)));
    last = page.length < pageRows ? undefined : page.at(-1);
    await new Promise(setImmediate);
  } while (last !== undefined && !call.gone.aborted);
  return null;
});

export const reportOperations: readonly (readonly [string, Operation])[] = [
  ['status', status],
  ['slots', slots],
  ['keys.list', keysList],
  ['audit', audit],
  ['bookings.list', bookingsList],
];
