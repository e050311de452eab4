import type { FollowedContext } from '../../src/relay/domain/followers.ts';
import type { Flag } from '../../src/relay/store/flag.ts';

const minuteMs = 60_000;

const outcomes = [
  ['taken', 1, 'taken', 204],
  ['given-up', 8, 'refused', 422],
  ['taken', 3, 'taken', 200],
  ['waiting', 4, 'unwell', 503],
  ['waiting', 0, null, null],
] as const;

/** One that nobody has called yet, and one at which nothing arrives. */
export async function withWebhooks(context: FollowedContext, name: string): Promise<void> {
  const { tx, account, now } = context;
  const row = {
    ...{ account, types: 'booking.changed key.taken key.returned', names: 0 as Flag, state: 'on' as const },
    ...{
      secret: '-',
      old_secret: null,
      old_until: null,
      created: now - 9 * 86_400_000,
      tries: 0,
      resting: null,
    },
  };
  const failing = { address: 'https://fleet.example.org/hooks/keys', failing: now - 40 * minuteMs };
  const fresh = { name: 'Spreadsheet', address: 'https://sheets.example.org/in', failing: null };
  await tx
    .insertInto('webhook')
    .values([
      { ...row, ...failing, id: 'wh_failing', name },
      { ...row, ...fresh, id: 'wh_fresh' },
    ])
    .execute();
  await sentTo(context, 'wh_failing');
}

const types = ['key.returned', 'booking.changed', 'key.taken', 'booking.changed', 'problem.opened'] as const;

async function sentTo({ tx, now }: FollowedContext, webhook: string): Promise<void> {
  const rows = outcomes.map(([state, tries, outcome, status], at) => ({
    ...{
      webhook,
      number: 41 + at,
      id: `e_${at}`,
      type: types[at] ?? '',
      subject: `k_01hqz${at}`,
      data: '{}',
    },
    ...{ at: now - (60 - 9 * at) * minuteMs, made: now - 60 * minuteMs, state, tries, outcome, status },
    tried: tries === 0 ? null : now - 5 * minuteMs,
  }));
  await tx.insertInto('webhook_delivery').values(rows).execute();
}
