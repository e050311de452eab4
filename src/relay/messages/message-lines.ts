import type { StoryLine, StoryLines } from '../domain/story-line.ts';

/** Messages about the booking: asked for, and sent; never what one said, nor to which address. */
export const messageLines: StoryLines = async ({ tx, account }, { id }, most) => {
  const rows = await tx
    .selectFrom('message')
    .select(['id', 'kind', 'channel', 'created', 'sent', 'state', 'said'])
    .where('account', '=', account)
    .where('booking', '=', id)
    .orderBy('created')
    .limit(most)
    .execute();
  return rows.flatMap(({ id: message, kind, channel, created, sent, state, said }): readonly StoryLine[] => {
    const line = { kind: 'message', what: kind, proof: null, behind: { message } } as const;
    const outcome = [channel, state, said ?? ''].filter(part => part !== '').join(', ');
    const asked = { ...line, at: created, heardAt: created };
    if (sent === null) return [{ ...asked, detail: outcome }];
    return [
      { ...asked, detail: `${channel}, asked for` },
      { ...line, at: sent, heardAt: sent, detail: outcome },
    ];
  });
};
