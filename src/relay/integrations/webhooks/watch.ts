/** Reads the news of followed accounts, by items of the queue: of a booking as it stands then, and of all the rest in one look. */
import { wall } from '../../../base/brand.ts';
import { type BookingView, bookingView } from '../../domain/booking-views.ts';
import type { Context, DomainDeps } from '../../domain/context.ts';
import { accountNews, bookingNews } from '../../domain/news.ts';
import { putWork } from '../../work/queue.ts';
import type { WorkHandlers } from '../../work/runner.ts';
import { feedToChange, giveOut, listenersOf, type News } from './feed.ts';
import { journalNews, journalTypes } from './journal-news.ts';
import { readTold, standingNews } from './standing-news.ts';

/** Whatever no journal tells is noticed within this. */
const lookEveryMs = 30_000;
/** Lines of journals in one look. */
const linesMost = 500;

export const watchWork = (deps: DomainDeps): WorkHandlers => ({
  [bookingNews]: async (tx, id, now) => {
    const row = await tx.selectFrom('booking').select('account').where('id', '=', id).executeTakeFirst();
    if (row === undefined) return;
    const context = { ...deps, tx, account: row.account, who: 'webhooks', now: wall(now) };
    const feed = await feedToChange(tx, row.account);
    if (feed === undefined) return;
    const news = bookingNewsOf(await bookingView(context, id), now);
    await giveOut(context, feed.number, [news], await listenersOf(tx, row.account));
  },
  [accountNews]: (tx, account, now) => look({ ...deps, tx, account, who: 'webhooks', now: wall(now) }),
});

function bookingNewsOf(view: BookingView, now: number): News {
  const { id, state, since, key, box, driver, start, end, origin } = view;
  const data = {
    ...{ booking: id, state, since: timeOf(since), key: key.id, box, driver, origin },
    ...{ start: timeOf(start), end: end === null ? null : timeOf(end) },
  };
  return { type: 'booking.changed', subject: id, at: now, data };
}

const timeOf = (ms: number): string => new Date(ms).toISOString();

async function look(context: Context): Promise<void> {
  const { tx, account, now } = context;
  const feed = await feedToChange(tx, account);
  if (feed === undefined) return;
  const lines = await tx
    .selectFrom('event')
    .select(['number', 'type', 'at', 'box', 'epoch', 'seq', 'key', 'slot', 'driver', 'booking', 'line'])
    .where('account', '=', account)
    .where('number', '>', feed.event)
    .orderBy('number')
    .limit(linesMost)
    .execute();
  const meant = lines.filter(({ type }) => journalTypes.includes(type));
  const standing = await standingNews(context, readTold(feed.told));
  const news = [...(await journalNews(context, meant)), ...standing.news];
  if (news.length > 0) await giveOut(context, feed.number, news, await listenersOf(tx, account));
  const event = lines.at(-1)?.number ?? feed.event;
  if (event !== feed.event || standing.told !== feed.told)
    await tx
      .updateTable('webhook_feed')
      .set({ event, told: standing.told })
      .where('account', '=', account)
      .execute();
  const isWhole = lines.length < linesMost;
  await putWork(tx, { kind: accountNews, subject: account, due: isWhole ? now + lookEveryMs : now });
}
