/** A large account around the boxes of a fleet: keys, drivers, years of bookings and of events. */
import { randomBytes } from 'node:crypto';
import { wall } from '../../src/base/brand.ts';
import { silent } from '../../src/base/log.ts';
import { openRelay } from '../../src/relay/app/open-store.ts';
import { readRelayConfig } from '../../src/relay/config/config.ts';
import { firstAccount } from '../../src/relay/domain/accounts.ts';
import type { Context } from '../../src/relay/domain/context.ts';
import { createDriver } from '../../src/relay/domain/drivers.ts';
import { createKey } from '../../src/relay/domain/keys.ts';
import type { RelayStore } from '../../src/relay/store/store.ts';
import type { BookingTable, EventTable } from '../../src/relay/store/tables.ts';
import type { RelayRig } from '../rig/relay-rig.ts';

export interface Size {
  readonly keys: number;
  readonly drivers: number;
  readonly bookings: number;
  readonly events: number;
}

export const large: Size = { keys: 10_000, drivers: 5_000, bookings: 100_000, events: 2_000_000 };

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** The bookings of an account of this size that are not over. */
const liveShare = 0.02;
/** Rows of one statement: PostgreSQL takes 65,535 values. */
const rowsAtOnce = 1_000;

interface Made {
  readonly keys: readonly { readonly id: string; readonly box: string }[];
  readonly drivers: readonly string[];
}

/** @param boxes ids of the boxes that are there */
export async function seedLarge(rig: RelayRig, boxes: readonly string[], size: Size): Promise<void> {
  const { store, atRest } = await openRelay(readRelayConfig(rig.configFile, null, '/'), silent);
  const nowMs = Date.now();
  const random = randomBytes;
  const act = <T>(work: (context: Context) => Promise<T>): Promise<T> =>
    store.write(tx => work({ tx, account: firstAccount, atRest, random, who: 'bench', now: wall(nowMs) }));
  try {
    const slots = Math.ceil(size.keys / boxes.length) + 1;
    const all = Array.from({ length: slots }, (_, at) => at + 1).join(' ');
    await store.write(tx => tx.updateTable('box').set({ slots: all }).execute());
    const keys: { readonly id: string; readonly box: string }[] = [];
    await inPieces(size.keys - boxes.length, 500, (from, count) =>
      act(async context => {
        for (let at = from; at < from + count; at += 1) {
          const box = boxes[at % boxes.length] ?? '';
          const slot = 2 + Math.floor(at / boxes.length);
          const { id } = await createKey(context, { name: `Van ${at} KX${at % 977}`, box, slot });
          keys.push({ id, box });
        }
      }),
    );
    const drivers: string[] = [];
    await inPieces(size.drivers, 500, (from, count) =>
      act(async context => {
        for (let at = from; at < from + count; at += 1)
          drivers.push((await createDriver(context, { name: `Kim Bos ${at}` })).id);
      }),
    );
    const made = { keys, drivers };
    await seedBookings(store, made, size.bookings, nowMs);
    await seedEvents(store, made, size.events, nowMs);
  } finally {
    await store.close();
  }
}

async function inPieces(
  total: number,
  most: number,
  work: (from: number, count: number) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < total; from += most) await work(from, Math.min(most, total - from));
}

/** Most are over; of the others every fourth key is out, and the rest are to come. */
const seedBookings = (store: RelayStore, made: Made, total: number, nowMs: number): Promise<void> =>
  inPieces(total, rowsAtOnce, (from, count) =>
    store.write(tx =>
      tx
        .insertInto('booking')
        .values(Array.from({ length: count }, (_, at) => booking(from + at, total, made, nowMs)))
        .execute(),
    ),
  );

function booking(at: number, total: number, { keys, drivers }: Made, nowMs: number): BookingTable {
  const { id: key, box } = keys[at % keys.length] ?? { id: '', box: '' };
  const live = Math.floor(total * liveShare);
  const isLive = at < live;
  const isOut = isLive && at % 4 === 0;
  const start = isOut
    ? nowMs - 2 * hourMs - at * 1_000
    : isLive
      ? nowMs + hourMs + at * minuteMs
      : nowMs - 24 * hourMs - at * 5 * minuteMs;
  const returned = isLive ? null : start + 7 * hourMs;
  return {
    ...{ id: `b_bench${at}`, account: firstAccount, key, box, driver: drivers[at % drivers.length] ?? null },
    ...{ start, end: start + 8 * hourMs, reuse: 0, code: null, code_hash: null },
    ...{ origin: at % 3 === 0 ? 'api' : 'fleetio', trace: `bench${at}`, created: start - 24 * hourMs },
    ...{ updated: start, rev: 1, on_box: start - hourMs, sent: start - hourMs, cancelled: null },
    ...{ ended: returned, taken: isLive && !isOut ? null : start + minuteMs, returned, overdue: null },
  };
}

const types = ['granted', 'pulsed', 'door-opened', 'key-taken', 'door-closed', 'denied', 'key-returned'];

async function seedEvents(store: RelayStore, made: Made, total: number, nowMs: number): Promise<void> {
  const perBooking = types.length;
  await inPieces(total, rowsAtOnce * 4, (from, count) =>
    store.write(async tx => {
      for (let done = 0; done < count; done += rowsAtOnce) {
        const rows = Array.from({ length: Math.min(rowsAtOnce, count - done) }, (_, at) =>
          event(from + done + at, total, made, { nowMs, perBooking }),
        );
        await tx.insertInto('event').values(rows).execute();
      }
    }),
  );
  await store.write(tx => tx.updateTable('account').set({ events: total }).execute());
}

function event(
  at: number,
  total: number,
  { keys, drivers }: Made,
  { nowMs, perBooking }: { readonly nowMs: number; readonly perBooking: number },
): EventTable {
  const number = Math.floor(at / perBooking);
  const { id: key, box } = keys[number % keys.length] ?? { id: '', box: '' };
  const ms = nowMs - (total - at) * 20_000;
  const type = types[at % types.length] ?? 'denied';
  const driver = drivers[number % drivers.length] ?? null;
  const slot = 2 + (number % 9);
  const line = JSON.stringify({ at: new Date(ms).toISOString(), box, type, key, slot, driver });
  return {
    ...{ box, enrolment: 1, epoch: 1, seq: 1_000_000 + at, account: firstAccount, number: at + 1, at: ms },
    ...{ type, booking: `b_bench${number}`, line, stored: ms, key, slot, driver },
  };
}
