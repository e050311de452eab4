import { roomOf } from './directions.ts';
import type { Sources } from './sources.ts';

/** Whose each table of the relay is: nobody else inserts, changes or deletes its rows. `store` writes for whoever calls it. */
const owners: Readonly<Record<string, string>> = {
  ...of('relay/domain', 'account site box record claim identity key word driver booking spent_code event'),
  ...of(
    'relay/domain',
    'event_checkpoint command idempotency audit problem box_state person session person_link second_factor recovery_code followed',
  ),
  ...of('relay/work', 'work share copy'),
  ...of('relay/integrations/fleetio', 'integration vehicle contact assignment webhook_event'),
  ...of('relay/integrations/webhooks', 'webhook webhook_feed webhook_delivery'),
  ...of('relay/messages', 'message link phone_check opt_out template'),
  ...of('relay/http', 'token'),
};

function of(room: string, tables: string): Readonly<Record<string, string>> {
  return Object.fromEntries(tables.split(' ').map(table => [table, room]));
}

/** `meta` is a drawer of single values, each with an owner of its own; a backup holds every table. */
const everybody: ReadonlySet<string> = new Set(['meta']);
const writesAll: ReadonlySet<string> = new Set(['relay/store', 'relay/backup']);

/**
 * Who writes another room's table, and why. Strike one out when you can; never add one.
 *
 * Of Problems: that somebody was told of them.
 */
const exceptions: ReadonlySet<string> = new Set([
  'src/relay/messages/number-guess.ts driver',
  'src/relay/messages/box-faults.ts problem',
]);

const writing = /\b(?:insertInto|updateTable|deleteFrom|preparedInsert|preparedUpdate|table:)\s?\(?'(\w+)'/g;

/** Tables that a file of the relay writes. */
const written = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(writing)].map(([, table = '']) => table));

export function wrongOwners(sources: Sources, excepted: ReadonlySet<string> = exceptions): readonly string[] {
  const complaints: string[] = [];
  const needed = new Set<string>();
  for (const [path, text] of sources) {
    const room = roomOf(path);
    if (!path.startsWith('src/relay/') || writesAll.has(room)) continue;
    for (const table of written(text)) {
      const owner = owners[table];
      if (owner === room || everybody.has(table)) continue;
      if (excepted.has(`${path} ${table}`)) needed.add(`${path} ${table}`);
      else complaints.push(`${path}: ${table} is a table of ${owner ?? 'nobody: name its owner'}`);
    }
  }
  for (const one of excepted) if (!needed.has(one)) complaints.push(`${one}: is an exception no more`);
  return complaints;
}
