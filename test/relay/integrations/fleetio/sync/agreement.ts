/** What must be so between Fleetio, relay and box when nothing is under way. Each complaint is a sentence. */

import type { BookingTable } from '../../../../../src/relay/store/tables.ts';
import type { AssignmentTable } from '../../../../../src/relay/store/tables-fleetio.ts';
import type { Assignment } from '../../../../../src/sandbox/world.ts';
import type { Story } from './story.ts';

export async function disagreements(story: Story): Promise<readonly string[]> {
  const { rig } = story;
  const rows = new Map(
    (await rig.store.db.selectFrom('assignment').selectAll().execute()).map(row => [row.id, row]),
  );
  const bookings = new Map((await rig.bookings()).map(row => [row.id, row]));
  const known = { story, rows, bookings };
  const complaints = [
    ...(await Promise.all([...rig.world.assignments.values()].map(each => ofAssignment(known, each)))).flat(),
    ...ofDeleted(known),
    ...ofBox(known),
    ...ofDrivers(known),
    ...(await ofWork(story)),
  ];
  return complaints;
}

interface Known {
  readonly story: Story;
  readonly rows: ReadonlyMap<string, AssignmentTable>;
  readonly bookings: ReadonlyMap<string, BookingTable>;
}

const isOut = ({ taken, returned }: BookingTable): boolean => taken !== null && returned === null;
const mayTake = (row: BookingTable): boolean =>
  row.cancelled === null && row.ended === null && (row.returned === null || row.reuse === 1);

async function ofAssignment({ story, rows, bookings }: Known, there: Assignment): Promise<readonly string[]> {
  const { rig } = story;
  const now = rig.now();
  const id = `assignment ${there.id}`;
  const row = rows.get(String(there.id));
  const isOver = there.endedAt !== null && there.endedAt <= now;
  if (row === undefined) return isOver ? [] : [`${id} is not known`];
  const wrong: string[] = [];
  if (row.deleted === 1) wrong.push(`${id} is there, but dead here`);
  const said = [row.vehicle, row.contact, row.started, row.ended];
  const should = [String(there.vehicle), String(there.contact), there.startedAt, there.endedAt];
  if (String(said) !== String(should)) wrong.push(`${id} is ${should}, and here ${said}`);
  const booking = row.booking === null ? undefined : bookings.get(row.booking);
  const { mode } = await rig.store.db
    .selectFrom('vehicle')
    .select('mode')
    .where('id', '=', String(there.vehicle))
    .executeTakeFirstOrThrow();
  if (booking === undefined) {
    if (!isOver && mode === 'automatic') wrong.push(`${id} has no booking`);
    return wrong;
  }
  if (mayTake(booking)) wrong.push(...(await ofLive(story, { there, row, booking })));
  wrong.push(...(await ofFields(story, { there, row, booking })));
  return wrong;
}

interface Live {
  readonly there: Assignment;
  readonly row: AssignmentTable;
  readonly booking: BookingTable;
}

async function ofLive(story: Story, { there, booking }: Live): Promise<readonly string[]> {
  const { rig } = story;
  const id = `assignment ${there.id}`;
  const wrong: string[] = [];
  const driver = await rig.store.db
    .selectFrom('contact')
    .select('driver')
    .where('id', '=', String(there.contact))
    .executeTakeFirst();
  const isOver = there.endedAt !== null && there.endedAt <= rig.now();
  if (!isOver && driver?.driver !== booking.driver) wrong.push(`${id} is booked for another driver`);
  if (!story.byHand.has(there.id)) {
    if (booking.end !== there.endedAt) wrong.push(`${id} ends ${there.endedAt}, its booking ${booking.end}`);
    const isStart = there.startedAt === null || booking.taken !== null || booking.start === there.startedAt;
    if (!isStart) wrong.push(`${id} starts ${there.startedAt}, its booking ${booking.start}`);
  }
  const record = rig.depot.sets.get('depot-a')?.get(booking.id);
  if (record === undefined) wrong.push(`${id} is not on the box`);
  else if (record.start !== booking.start || record.end !== booking.end)
    wrong.push(`${id} has another window on the box`);
  return wrong;
}

async function ofFields(story: Story, { there, row, booking }: Live): Promise<readonly string[]> {
  const { rig } = story;
  const shown = rig.fields(there.id);
  const isEmpty = shown.code === null && shown.instructions === null;
  if (isEmpty && story.cleared.has(there.id) && row.fields_restored > 0) return [];
  const id = `the fields of assignment ${there.id}`;
  const live = mayTake(booking) || isOut(booking);
  const code = live && booking.code !== null ? rig.house.atRest.open('code', booking.id, booking.code) : null;
  const wrong: string[] = [];
  if ((rig.codeIn(there.id) ?? null) !== code) wrong.push(`${id} show code ${shown.code}, not ${code}`);
  const { place } = await rig.store.db
    .selectFrom('key')
    .select('place')
    .where('id', '=', booking.key)
    .executeTakeFirstOrThrow();
  const own = stateOf(booking);
  const state = own === 'ready' && (place === 'out' || place === 'missing') ? 'away' : own;
  if (!words[state].test(shown.instructions ?? ''))
    wrong.push(`${id} say ${shown.instructions}, not ${state}`);
  return wrong;
}

type State = 'ready' | 'away' | 'taken' | 'returned' | 'overdue' | 'cancelled' | 'ended';
const words: Readonly<Record<State, RegExp>> = {
  ready: /^Key ready/,
  away: /^Key booked but not back/,
  taken: /^Key taken/,
  returned: /^Key returned/,
  overdue: /^Key overdue/,
  cancelled: /cancelled/,
  ended: /over/,
};

function stateOf(row: BookingTable): State {
  if (isOut(row)) return row.overdue === null ? 'taken' : 'overdue';
  if (row.cancelled !== null && row.cancelled > (row.returned ?? -1)) return 'cancelled';
  if (row.returned !== null && !mayTake(row)) return 'returned';
  return row.ended === null ? 'ready' : 'ended';
}

function ofDeleted({ story, rows, bookings }: Known): readonly string[] {
  return [...rows.values()].flatMap(row => {
    if (story.rig.world.assignments.has(Number(row.id))) return [];
    const booking = row.booking === null ? undefined : bookings.get(row.booking);
    return booking !== undefined && mayTake(booking)
      ? [`assignment ${row.id} is gone, but its code is not`]
      : [];
  });
}

/** Nobody but who is assigned may take a key. */
function ofBox({ story, rows, bookings }: Known): readonly string[] {
  const stand = new Set([...rows.values()].flatMap(({ booking }) => booking ?? []));
  const box = [...(story.rig.depot.sets.get('depot-a')?.keys() ?? [])].flatMap(id => {
    const booking = bookings.get(id);
    if (booking === undefined) return [`the box has ${id}, which nobody knows`];
    return mayTake(booking) && !stand.has(id) ? [`the box has ${id} of no assignment`] : [];
  });
  const twice = [...rows.values()].flatMap(({ booking }) => booking ?? []);
  return new Set(twice).size === twice.length ? box : [...box, 'two assignments have one booking'];
}

/** Whoever may take a key, and has an address, was told of the code that works. */
function ofDrivers({ rows, bookings }: Known): readonly string[] {
  return [...rows.values()].flatMap(row => {
    const booking = row.booking === null ? undefined : bookings.get(row.booking);
    return booking !== undefined && mayTake(booking) && row.telling !== null
      ? [`the driver of assignment ${row.id} still waits for word (${row.telling})`]
      : [];
  });
}

async function ofWork({ rig }: Story): Promise<readonly string[]> {
  const { events } = await rig.store.db
    .selectFrom('webhook_event')
    .select(eb => eb.fn.countAll<number>().as('events'))
    .where('state', '=', 'new')
    .executeTakeFirstOrThrow();
  const problems = await rig.problems();
  const passing = problems.filter(kind =>
    /^fleetio-|^webhook-disabled|^write-back|^fields-|^box-dark|^not-booked/.test(kind),
  );
  return [
    ...(Number(events) > 0 ? [`${events} events wait`] : []),
    ...(passing.length > 0 ? [`Problems that are solved stay: ${passing.join(', ')}`] : []),
  ];
}
