/** A database on its first day, before any copy, of which one page is damaged: each page in turn. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Prng } from '../../../../scripts/rig/prng.ts';
import { bookingId, fingerprint, keyName } from '../../../../src/base/brand.ts';
import { silent } from '../../../../src/base/log.ts';
import { pageBytes } from '../../../../src/box/adapters/sqlite/pages.ts';
import { type BoxStore, openStore } from '../../../../src/box/adapters/sqlite/store.ts';
import { at, commitOf, entry, Rig, useOf } from './rig.ts';

const bookings = 60;
const events = 300;
const tag = fingerprint('22'.repeat(32));
const out = { at: 'out', holder: { booking: 'b2', who: null }, since: at(0), proof: 'sensor' };
const inside = (slot: number) => ({ at: 'slot', slot, proof: 'sensor' });

/** Bookings, keys, one of them out, one code used, a journal; closed in order, or killed with all of it in the log. */
async function firstDay(t: TestContext, end: 'closed' | 'killed'): Promise<Rig> {
  const rig = await Rig.make(t);
  const store = rig.open();
  for (let from = 0; from < bookings; from += 20)
    rig.put(store, ...Array.from({ length: 20 }, (_, n) => rig.booking(`b${from + n}`)));
  store.commit(commitOf({ entries: [entry()] }), () => {
    for (let slot = 1; slot <= 12; slot += 1)
      store.keys.put({ name: keyName(`van-${slot}`), home: slot as never, tag: null });
  });
  const key = (name: string, place: object) => ({
    name: `key/${name}`,
    body: JSON.stringify({ place, lastHolder: null }),
  });
  store.commit(
    commitOf({
      entries: [entry({ type: 'key-taken', key: keyName('slot-1'), booking: bookingId('b2') })],
      uses: [
        useOf(bookingId('b1'), { life: 'used', codeUsed: true }),
        useOf(bookingId('b2'), { life: 'out' }),
      ],
      parts: [
        key('slot-1', out),
        ...Array.from({ length: 12 }, (_, n) => key(`van-${n + 1}`, inside(n + 1))),
        ...Array.from({ length: 12 }, (_, n) => ({
          name: `slot/${n + 1}`,
          body: '{"opening":null,"misses":0}',
        })),
      ],
      tags: [{ key: keyName('van-3'), fingerprint: tag }],
    }),
  );
  for (let n = 0; n < events; n += 1) store.commit(commitOf({ entries: [entry({ reason: `x${n}` })] }));
  if (end === 'closed') rig.close();
  return rig;
}

interface Kept {
  readonly bookings: number;
  readonly events: number;
  readonly keys: number;
  readonly tags: number;
  readonly places: number;
}

/** The box must start, and the key that is out must come back by its code, whatever page it was. */
function keptOf(store: BoxStore, rig: Rig, what: string): Kept {
  const loaded = store.load();
  assert.equal(loaded.epoch, 2, what);
  assert.equal(loaded.lastSeq, store.journal.last().seq);
  const code = rig.booking('b2').code ?? assert.fail();
  const [candidate] = store.bookings.byCodeOut(code);
  assert.deepEqual([candidate?.booking, candidate?.use?.life, candidate?.voided], ['b2', 'out', true], what);
  const places = loaded.parts.filter(({ name }) => name.startsWith('key/'));
  const isOut = places.find(({ name }) => name === 'key/slot-1')?.body ?? '';
  assert.match(isOut, /"at":"out".*"booking":"b2"/, what);
  const all = [...store.journal.read({ from: 1, to: loaded.lastSeq })];
  assert.ok(all.every((event, n) => event.seq > (all[n - 1]?.seq ?? 0)));
  const [next] = store.commit(commitOf({ entries: [entry()] }));
  assert.equal(next?.seq, loaded.lastSeq + 1, what);
  assert.ok(store.journal.checkpoint(1, 9_999).count > 0);
  const keys = store.keys.all();
  return {
    bookings: store.bookings.count(),
    events: all.length,
    keys: keys.filter(({ name }) => name.startsWith('van-')).length,
    tags: keys.filter(each => each.tag === tag).length,
    places: places.length,
  };
}

export const damages: readonly (readonly [string, (page: Buffer, random: Prng) => void])[] = [
  ['zeroed', page => page.fill(0)],
  ['overwritten', page => page.fill(0xa5)],
  [
    'with some bytes changed',
    (page, random) => {
      for (let n = 0; n < 64; n += 1) page[random.int(0, page.length - 1)] = random.int(0, 255);
    },
  ],
];

export type Damage = (page: Buffer, random: Prng, whole: Buffer) => void;

/** Another page was written there, or is read: sound in itself. */
export const misplaced: Damage = (page, random, whole) => {
  const from = random.int(0, whole.length / pageBytes - 1) * pageBytes;
  whole.copy(page, 0, from, from + pageBytes);
};

export interface Damaging {
  /** How the box that wrote the database ended: killed, all of it is in the write-ahead log. */
  readonly end: 'closed' | 'killed';
  readonly damage: Damage;
  /** Pages that are tried, spread over the file. */
  readonly pagesMost: number;
}

/** Damages one page, then another one of a fresh copy: all else is read, and the key that is out comes back. */
export async function damagePages(t: TestContext, { end, damage, pagesMost }: Damaging): Promise<void> {
  const random = new Prng(19);
  const master = await firstDay(t, end);
  const copy = mkdtempSync(join(tmpdir(), 'smartbox-page-'));
  t.after(() => rmSync(copy, { recursive: true, force: true }));
  const name = end === 'closed' ? 'smartbox.db' : 'smartbox.db-wal';
  const pages = Math.floor(readFileSync(join(master.folder, name)).length / pageBytes);
  const all = { bookings: 0, events: 0, keys: 0, tags: 0, places: 0 };
  const step = Math.ceil(pages / pagesMost);
  let rounds = 0;
  for (let n = 0; n < pages; n += step) {
    rmSync(copy, { recursive: true });
    cpSync(master.folder, copy, { recursive: true });
    const bytes = readFileSync(join(copy, name));
    damage(bytes.subarray(n * pageBytes, (n + 1) * pageBytes), random, bytes);
    writeFileSync(join(copy, name), bytes);
    writeFileSync(join(copy, 'smartbox.suspect'), 'a check found damage\n');
    const store = openStore({
      folder: copy,
      box: 'box-1',
      vault: master.vault,
      log: silent,
      machine: 'machine-1',
    });
    try {
      if (end === 'killed') assert.equal(store.load().epoch, 2);
      else {
        const kept = keptOf(store, master, `page ${n + 1}`);
        for (const [each, count] of Object.entries(kept)) all[each as keyof Kept] += count;
        assert.ok(
          kept.bookings >= bookings - 30 && kept.events >= events - 30,
          `page ${n + 1}: ${JSON.stringify(kept)}`,
        );
      }
    } finally {
      store.close();
    }
    rounds += 1;
  }
  if (end === 'killed') return;
  assert.ok(rounds > Math.min(20, pagesMost / 2));
  // Each thing is missing for the one page that it stands on, at most.
  assert.ok(all.bookings >= bookings * (rounds - 2), JSON.stringify({ rounds, ...all }));
  assert.ok(
    all.keys >= 12 * (rounds - 3) && all.tags >= rounds - 2 && all.places >= 13 * (rounds - 8),
    JSON.stringify({ rounds, ...all }),
  );
}

/** As `damagePages`, of a box that was closed, where nobody has noticed the damage yet: what a start asks for can be read. */
export async function startsUnwarned(t: TestContext, damage: Damage, seed = 19): Promise<void> {
  const random = new Prng(seed);
  const master = await firstDay(t, 'closed');
  const copy = mkdtempSync(join(tmpdir(), 'smartbox-page-'));
  t.after(() => rmSync(copy, { recursive: true, force: true }));
  const whole = readFileSync(join(master.folder, 'smartbox.db'));
  for (let n = 0; n < whole.length / pageBytes; n += 1) {
    rmSync(copy, { recursive: true });
    cpSync(master.folder, copy, { recursive: true });
    const bytes = Buffer.from(whole);
    damage(bytes.subarray(n * pageBytes, (n + 1) * pageBytes), random, whole);
    writeFileSync(join(copy, 'smartbox.db'), bytes);
    const { vault } = master;
    const store = openStore({ folder: copy, box: 'box-1', vault, log: silent, machine: 'machine-1' });
    try {
      const { epoch, recovered } = store.load();
      store.keys.all();
      assert.equal(epoch === 2, recovered !== null, `page ${n + 1}`);
      // Another page may only make the file look like an old one, which is not put together anew.
      if (recovered?.startsWith('database lost') === true) keptOf(store, master, `page ${n + 1}`);
      else store.commit(commitOf({ entries: [entry()] }));
    } finally {
      store.close();
    }
  }
}
