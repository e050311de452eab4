/** What sets and events mean: the domain's word, for the fleet. */
import { wall } from '../../base/brand.ts';
import { boxSet } from '../domain/box-set.ts';
import { applyEvents, applySpent } from '../domain/events.ts';
import { touchAll } from '../domain/records.ts';
import type { FleetParts, Meaning } from './parts.ts';

export function meaningIn({ store, atRest, random }: Omit<FleetParts, 'meaning'>): Meaning {
  return {
    readSet: (box, since) => boxSet({ tx: store.db, atRest }, box, since),
    applyEvents: (tx, { account, box, lines }, now) =>
      applyEvents(
        { tx, atRest, random, account, who: 'fleet', now: wall(now) },
        box,
        lines.map(({ event }) => event),
      ),
    spent: (tx, { account, box, ids, rev }, now) =>
      applySpent({ tx, atRest, random, account, who: 'fleet', now: wall(now) }, { box, ids, rev }),
    rePut: async (tx, { id }) => {
      await touchAll(tx, id);
    },
  };
}
