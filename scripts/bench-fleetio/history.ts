/** A long history, put into the database of a relay that is stopped. */
import Database from 'better-sqlite3';

export interface History {
  readonly integration: string;
  readonly count: number;
}

/** However long the history is, it is of so many vehicles. */
const vehicleCount = 20;
const contactCount = 200;
const minuteMs = 60_000;

export const vehicleOf = (number: number): string => `v${number % vehicleCount}`;

type Row = Readonly<Record<string, string | number | null>>;
type Put = (table: string, row: Row) => void;

interface Ground {
  readonly integration: string;
  readonly account: string;
  readonly box: string;
  readonly key: string;
  readonly nowMs: number;
}

/** Assignments that are over, each with its booking and the webhook that told it. */
export function addHistory(file: string, { integration, count }: History): void {
  const db = new Database(file);
  const home = db
    .prepare<[], { account: string; box: string; key: string }>(
      'SELECT account, box, id AS key FROM key ORDER BY slot LIMIT 1',
    )
    .get() ?? { account: '', box: '', key: '' };
  const statements = new Map<string, Database.Statement>();
  const put: Put = (table, row) => {
    const names = Object.keys(row);
    const text = `INSERT INTO ${table} (${names.map(name => `"${name}"`).join(', ')}) VALUES (${names.map(name => `@${name}`).join(', ')}) ON CONFLICT DO NOTHING`;
    statements.set(table, statements.get(table) ?? db.prepare(text));
    statements.get(table)?.run(row);
  };
  const ground = { ...home, integration, nowMs: Date.now() };
  db.transaction(() => {
    addPeople(put, ground);
    for (let number = 0; number < count; number += 1) addAssignment(put, ground, number);
  })();
  db.close();
}

function addPeople(put: Put, { integration, account, nowMs }: Ground): void {
  for (let number = 0; number < vehicleCount; number += 1)
    put('vehicle', {
      ...{ integration, id: vehicleOf(number), account, name: `Seeded ${number}`, plate: null, archived: 0 },
      ...{ sample: 0, seen: nowMs, gone: 0, key: null, mode: 'automatic', listed: null },
    });
  for (let number = 0; number < contactCount; number += 1)
    put('contact', {
      ...{ integration, id: `c${number}`, account, driver: null, name: `Driver ${number}`, email: null },
      ...{ phone: null, archived: 0, fetched: nowMs },
    });
}

function addAssignment(put: Put, { integration, account, box, key, nowMs }: Ground, number: number): void {
  const [id, booking] = [`a${number}`, `k_${String(1_000_000 - number).padStart(9, '0')}`];
  const ended = nowMs - (number + 10) * minuteMs;
  const started = ended - 30 * minuteMs;
  put('booking', {
    ...{ id: booking, account, key, box, driver: null, start: started, end: ended, reuse: 0, code: null },
    ...{ code_hash: null, origin: 'fleetio', trace: `t${number}`, created: started, updated: ended },
    ...{ rev: number + 1, on_box: started, sent: started, cancelled: null, ended, taken: null },
    ...{ returned: null, overdue: null },
  });
  put('assignment', {
    ...{ integration, id, account, vehicle: vehicleOf(number), contact: `c${number % contactCount}` },
    ...{ started, ended, updated: ended, deleted: 0, first_seen: started, checked: ended, booking },
    ...{ booked_contact: `c${number % contactCount}`, booked_key: key, prompted: null, adjusted: null },
    ...{ contact_by: null, trace: `t${number}`, telling: null, fields_wanted: 'h', fields_written: 'h' },
    ...{ fields_due: null, fields_since: null, fields_tries: 0, fields_restored: 0, open: 0 },
  });
  put('webhook_event', {
    ...{ integration, id: `e${number}`, account, event: 'vehicle_assignment_created', subject: id },
    ...{ received: started, payload: '{}', state: 'done', tries: 0, due: started },
  });
}
