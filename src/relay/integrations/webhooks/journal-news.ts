import { denialReasons } from '../../../wire/journal.ts';
import type { Context } from '../../domain/context.ts';
import type { EventTable } from '../../store/tables.ts';
import type { WebhookType } from './event-types.ts';
import type { News } from './feed.ts';

const types: Readonly<Record<string, WebhookType>> = {
  'key-taken': 'key.taken',
  'key-returned': 'key.returned',
  denied: 'access.denied',
};

export const journalTypes = Object.keys(types);

type Row = Pick<
  EventTable,
  'at' | 'box' | 'booking' | 'driver' | 'epoch' | 'key' | 'line' | 'seq' | 'slot' | 'type'
>;

/**
 * Lines of boxes as news. What people typed freely into a journal, such as a technician's reason, stays there; and a key is known by its
 * id, where it is one of this account's.
 */
export async function journalNews({ tx, account }: Context, rows: readonly Row[]): Promise<readonly News[]> {
  const names = [...new Set(rows.flatMap(({ key }) => key ?? []))];
  const keys =
    names.length === 0
      ? []
      : await tx
          .selectFrom('key')
          .select(['id', 'name', 'box'])
          .where('account', '=', account)
          .where('name', 'in', names)
          .execute();
  return rows.flatMap(row => {
    const type = types[row.type];
    if (type === undefined) return [];
    const key = keys.find(({ name, box }) => name === row.key && box === row.box)?.id ?? null;
    const { box, slot, booking, driver, epoch, seq, at } = row;
    const data = { box, slot, key, booking, driver, ...said(row.line), epoch, seq };
    return [{ type, subject: key ?? box, at, data }];
  });
}

const by: ReadonlySet<unknown> = new Set(['code', 'phone', 'badge', 'tag', 'technician', 'remote']);
const proofs: ReadonlySet<unknown> = new Set(['sensor', 'tag', 'presumed', 'boot']);
const reasons: ReadonlySet<unknown> = new Set(denialReasons);

/** Members that are one of a few words of ours. */
function said(line: string): News['data'] {
  const event = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const word = (name: string, known: ReadonlySet<unknown>): string | null =>
    known.has(event[name]) ? String(event[name]) : null;
  return {
    ...{ by: word('by', by), proof: word('proof', proofs), reason: word('reason', reasons) },
    late: event.late === true,
  };
}
