/** A relay's store with everything that use cases need, and a clock that stands until a test moves it. */
import { createHash } from 'node:crypto';
import { Prng } from '../../../scripts/rig/prng.ts';
import { wall } from '../../../src/base/brand.ts';
import type { Random } from '../../../src/base/random.ts';
import { Secret } from '../../../src/base/secret.ts';
import { followers } from '../../../src/relay/app/followers.ts';
import { ensureFirstAccount } from '../../../src/relay/domain/accounts.ts';
import { type BoxSet, boxSet } from '../../../src/relay/domain/box-set.ts';
import { createBox } from '../../../src/relay/domain/boxes.ts';
import { applyEvents } from '../../../src/relay/domain/events.ts';
import type { FollowedContext } from '../../../src/relay/domain/followers.ts';
import { createKey } from '../../../src/relay/domain/keys.ts';
import type { AtRest } from '../../../src/relay/secrets/at-rest.ts';
import { openAtRest } from '../../../src/relay/secrets/at-rest.ts';
import type { RelayStore } from '../../../src/relay/store/store.ts';
import { chainReady, hashEvent, noHash } from '../../../src/wire/chain.ts';
import type { EventType, JournalEvent } from '../../../src/wire/journal.ts';

export const hourMs = 3_600_000;

/** An event in plain words. */
export interface Said {
  readonly type: EventType;
  readonly key?: string;
  readonly booking?: string;
  readonly slot?: number;
  readonly reason?: string;
  readonly device?: string;
  readonly what?: string;
  readonly clock?: string;
}

export interface House {
  readonly store: RelayStore;
  readonly atRest: AtRest;
  readonly random: Random;
  nowMs: number;
  /** Runs a use case in a transaction of the account. */
  act<T>(work: (context: FollowedContext) => Promise<T>, account?: string): Promise<T>;
  set(box: string, since?: number): Promise<BoxSet>;
  /** As if a receipt of the box proved that it has everything. */
  receipt(box: string): Promise<void>;
  /** What the box's journal says next. */
  events(box: string, ...events: readonly Said[]): Promise<void>;
}

/** Bytes that differ with each seed and call; not for secrets. */
export function seeded(seed: number): Random {
  const prng = new Prng(seed);
  return bytes => Uint8Array.from({ length: bytes }, () => prng.int(0, 255));
}

/** `chance`: another one for a second copy on the same data. */
export async function houseOn(store: RelayStore, seed = 1, chance = seed): Promise<House> {
  await chainReady;
  const key = createHash('sha256').update(`key ${seed}`).digest('hex');
  const atRest = await openAtRest(new Secret(key));
  const random = seeded(chance);
  await store.write(tx => ensureFirstAccount(tx, 1));
  const house: House = {
    ...{ store, atRest, random, nowMs: 1_800_000_000_000 },
    act: (work, account = 'main') =>
      store.write(tx => {
        const now = wall(house.nowMs);
        return work({ tx, account, atRest, random, followers, who: 'test', now });
      }),
    set: (box, since = 0) => boxSet({ tx: store.db, atRest }, box, since),
    receipt: box => receipt(house, box),
    events: (box, ...events) =>
      house.act(context =>
        applyEvents(
          context,
          box,
          events.map(each => event(house, each)),
        ),
      ),
  };
  return house;
}

async function receipt(house: House, box: string): Promise<void> {
  const { rev } = await house.set(box);
  await house.store.write(async tx => {
    await tx
      .updateTable('box')
      .set({ known_epoch: 1, known_rev: rev, known_at: house.nowMs, link: 'up', link_since: house.nowMs })
      .where('id', '=', box)
      .execute();
  });
}

function event(house: House, members: Said): JournalEvent {
  const bare = {
    ...{
      box: 'label',
      epoch: 1,
      seq: 1,
      at: new Date(house.nowMs).toISOString(),
      mono: 1,
      clock: 'synced',
      prev: noHash,
    },
    ...members,
  } as unknown as JournalEvent;
  return { ...bare, hash: hashEvent(bare) };
}

/** A box with keys `van 1`, `van 2` … in its slots. */
export async function boxWithKeys(
  house: House,
  keys: number,
  options: { readonly account?: string; readonly id?: string } = {},
): Promise<{ readonly box: string; readonly keys: readonly string[] }> {
  const account = options.account ?? 'main';
  const { id: box } = await house.act(c => createBox(c, { name: 'Depot A', id: options.id }), account);
  const ids: string[] = [];
  for (let slot = 1; slot <= keys; slot += 1)
    ids.push((await house.act(c => createKey(c, { name: `van ${slot}`, box, slot }), account)).id);
  return { box, keys: ids };
}
