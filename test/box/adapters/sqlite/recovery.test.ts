import assert from 'node:assert/strict';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import Database from 'better-sqlite3';
import { Prng } from '../../../../scripts/rig/prng.ts';
import { bookingId, fingerprint, keyName } from '../../../../src/base/brand.ts';
import { Fault } from '../../../../src/base/fault.ts';
import { silent } from '../../../../src/base/log.ts';
import { restoreDatabase } from '../../../../src/box/adapters/sqlite/restore.ts';
import { type BoxStore, openStore } from '../../../../src/box/adapters/sqlite/store.ts';
import { openVault } from '../../../../src/box/adapters/vault/vault.ts';
import { at, commitOf, entry, Rig, useOf } from './rig.ts';

const phone = fingerprint('11'.repeat(32));
const database = (rig: Rig): string => join(rig.folder, 'smartbox.db');

/** Ten bookings, one of them used, one out; a nightly copy; then five events that the copy does not know. */
async function livedIn(t: TestContext): Promise<Rig> {
  const rig = await Rig.make(t);
  const store = rig.open();
  rig.put(store, ...Array.from({ length: 10 }, (_, n) => rig.booking(`b${n}`, n === 5 ? { phone } : {})));
  store.commit(
    commitOf({
      entries: [entry()],
      uses: [
        useOf(bookingId('b1'), { life: 'used', codeUsed: true }),
        useOf(bookingId('b2'), { life: 'out' }),
      ],
      parts: [{ name: 'slot/1', body: '{}' }],
      tags: [{ key: keyName('slot-3'), fingerprint: phone }],
    }),
  );
  await store.backupNightly();
  for (let n = 0; n < 5; n += 1) store.commit(commitOf({ entries: [entry()] }));
  return rig;
}

/** After damage: a working box in a new epoch whose numbers go on. */
function assertRecovered(rig: Rig, store: BoxStore): void {
  const loaded = store.load();
  assert.equal(loaded.epoch, 2);
  assert.match(
    loaded.recovered ?? '',
    /database lost \(.+\); last known event \d+, hash [0-9a-f]{64}; bookings from the (damaged file|nightly copy)/,
  );
  // Either it can be read where keys are, or nobody knows any more.
  assert.ok(loaded.openUses.every(({ booking }) => booking === 'b2'));
  assert.equal(store.bookings.count(), 10);
  const [b1, b3] = ['b1', 'b3'].map(id => store.bookings.get(bookingId(id)));
  assert.deepEqual([b1?.voided, b1?.use?.codeUsed, b3?.voided, b3?.use], [true, true, true, null]);
  assert.equal(store.bookings.byPhone(phone, at(0)).length, 1);
  assert.equal(store.keys.byTag(phone), 'slot-3');
  rig.put(store, rig.booking('b1'), rig.booking('b3'));
  const [again1, again3] = ['b1', 'b3'].map(id => store.bookings.get(bookingId(id)));
  assert.deepEqual(
    [again1?.voided, again1?.use?.codeUsed, again3?.voided],
    [false, true, false],
    'sent again',
  );
}

describe('store: damage', () => {
  it('of any kind begins a new epoch and never keeps the box from starting', async t => {
    const kinds: readonly (readonly [string, (rig: Rig) => void])[] = [
      ['garbage', rig => writeFileSync(database(rig), Buffer.alloc(40_000, 0x5a))],
      ['text', rig => writeFileSync(database(rig), 'hello\n')],
      ['emptied', rig => truncateSync(database(rig))],
      ['gone', rig => rmSync(database(rig))],
      ['half of it', rig => truncateSync(database(rig), 45_000)],
      ['one page of it', rig => truncateSync(database(rig), 4_096)],
      ['header overwritten', rig => overwrite(database(rig), 0, 100)],
      ['schema overwritten', rig => overwrite(database(rig), 100, 3_900)],
      ['marked by a check', rig => writeFileSync(join(rig.folder, 'smartbox.suspect'), 'row missing\n')],
    ];
    for (const [what, damage] of kinds) {
      await t.test(what, async inner => {
        const rig = await livedIn(inner);
        rig.close();
        damage(rig);
        const store = rig.open();
        assertRecovered(rig, store);
        const [event] = store.commit(commitOf({ entries: [entry()] }));
        assert.equal(event?.seq, 7, 'numbers go on');
        assert.equal(event?.epoch, 2);
        assert.equal(store.load().recovered, null, 'an event has said it');
        store.close();
        assert.equal(rig.open().load().epoch, 2);
      });
    }
  });

  it('says why until an event has', async t => {
    const rig = await livedIn(t);
    rig.close();
    truncateSync(database(rig));
    rig.open().close();
    const loaded = rig.open().load();
    assert.match(loaded.recovered ?? '', /missing or empty/);
    assert.equal(loaded.lost, true);
  });

  it('without mark or copy still reads the last event from the bytes', async t => {
    const rig = await livedIn(t);
    const last = lastOf(rig);
    rig.close();
    for (const name of readdirSync(rig.folder).filter(each => /mark|backup/.test(each)))
      rmSync(join(rig.folder, name));
    overwrite(database(rig), 0, 100);
    const loaded = rig.open().load();
    assert.deepEqual([loaded.lastSeq, loaded.lastHash], [6, last]);
    assert.match(loaded.recovered ?? '', /bookings from the damaged file/);
  });

  it('in the log is cut off by SQLite, in both together by us', async t => {
    const prng = new Prng(7);
    const master = await livedIn(t);
    const copy = mkdtempSync(join(tmpdir(), 'smartbox-damage-'));
    t.after(() => rmSync(copy, { recursive: true, force: true }));
    for (let run = 0; run < 60; run += 1) {
      rmSync(copy, { recursive: true });
      cpSync(master.folder, copy, { recursive: true });
      for (const name of ['smartbox.db', 'smartbox.db-wal']) {
        const bytes = readFileSync(join(copy, name));
        if (prng.chance(0.4)) writeFileSync(join(copy, name), bytes.subarray(0, prng.int(0, bytes.length)));
        else {
          for (let flips = prng.int(1, 64); flips > 0; flips -= 1) {
            const where = prng.int(0, bytes.length - 1);
            bytes[where] = (bytes[where] ?? 0) ^ prng.int(1, 255);
          }
          writeFileSync(join(copy, name), bytes);
        }
      }
      const store = openStore({
        folder: copy,
        box: 'box-1',
        vault: master.vault,
        log: silent,
        machine: 'machine-1',
      });
      assert.ok(store.load().epoch >= 1, `run ${run}`);
      store.close();
    }
  });

  it('is put aside three times at most', async t => {
    const rig = await livedIn(t);
    for (let n = 0; n < 5; n += 1) {
      rig.close();
      writeFileSync(database(rig), `garbage ${n}`);
      rig.open();
    }
    const kept = readdirSync(rig.folder)
      .filter(name => /damaged-\d+$/.test(name))
      .sort();
    assert.deepEqual(kept, ['smartbox.db.damaged-3', 'smartbox.db.damaged-4', 'smartbox.db.damaged-5']);
    assert.equal(readFileSync(join(rig.folder, kept[2] ?? ''), 'utf8'), 'garbage 4');
  });

  it('that only a check finds is told, and the next start acts on it', async t => {
    const rig = await livedIn(t);
    rig.close();
    const store = rig.open();
    overwrite(database(rig), pageOf(database(rig), 'booking_code'), 4_096);
    const found = await store.check('full');
    assert.notEqual(found, null);
    store.close();
    assertRecovered(rig, rig.open());
  });
});

describe('store: epochs', () => {
  const sameNumbers = (store: BoxStore, epoch: number, why: RegExp): void => {
    const loaded = store.load();
    assert.deepEqual([loaded.epoch, loaded.lastSeq], [epoch, 6]);
    assert.match(loaded.recovered ?? '', why);
    assert.equal(store.bookings.get(bookingId('b3'))?.voided, true);
    assert.deepEqual(
      loaded.openUses.map(use => use.booking),
      ['b2'],
      'what is out is still known',
    );
  };

  it('begin with another pepper', async t => {
    const rig = await livedIn(t);
    rig.close();
    rmSync(join(rig.folder, 'pepper'));
    const vault = await openVault({ folder: rig.folder, box: 'box-1' });
    sameNumbers(rig.open({ vault }), 2, /another pepper/);
    rig.close();
    assert.equal(rig.open({ vault }).load().epoch, 2, 'once');
  });

  it('begin on another machine, not on one that has no id', async t => {
    const rig = await livedIn(t);
    rig.close();
    assert.equal(rig.open({ machine: null }).load().epoch, 1);
    rig.close();
    sameNumbers(rig.open({ machine: 'machine-2' }), 2, /another machine/);
    rig.close();
    assert.equal(rig.open({ machine: 'machine-2' }).load().epoch, 2);
  });

  it('begin with a restore; numbers go on after the last that was known', async t => {
    const rig = await livedIn(t);
    rig.close();
    const account = 'restored by ada: the card died';
    restoreDatabase(rig.folder, join(rig.folder, 'smartbox.db.backup-1'), { account });
    const store = rig.open();
    sameNumbers(store, 2, /^restored by ada: the card died; .*older than the box; last known event 6/);
    const [event] = store.commit(commitOf({ entries: [entry()] }));
    assert.deepEqual([event?.seq, event?.epoch], [7, 2]);
    const { count, from, to } = store.journal.checkpoint(1, 99);
    assert.deepEqual([count, from, to], [2, 1, 7], 'five events are missing, and the box says so');
  });

  it('begin with an old file that somebody put there by hand', async t => {
    const rig = await livedIn(t);
    rig.close();
    renameSync(join(rig.folder, 'smartbox.db.backup-1'), database(rig));
    sameNumbers(rig.open(), 2, /older than the box/);
  });

  it('do not begin with a restore that is refused', async t => {
    const rig = await livedIn(t);
    const copy = join(rig.folder, 'smartbox.db.backup-1');
    const code = (code: string) => (error: unknown) => error instanceof Fault && error.code === code;
    assert.throws(() => restoreDatabase(rig.folder, copy), code('data-in-use'));
    rig.close();
    writeFileSync(copy, 'garbage');
    assert.throws(() => restoreDatabase(rig.folder, copy), code('not-a-backup'));
    assert.throws(() => restoreDatabase(rig.folder, join(rig.folder, 'nothing')), code('not-a-backup'));
    assert.equal(rig.open().load().epoch, 1);
  });
});

function overwrite(file: string, from: number, length: number): void {
  const bytes = readFileSync(file);
  bytes.fill(0xa5, from, from + length);
  writeFileSync(file, bytes);
}

function lastOf(rig: Rig): string {
  rig.close();
  const store = rig.open();
  return store.journal.last().hash;
}

/** Where the root page of an index lies. */
function pageOf(file: string, index: string): number {
  const db = new Database(file, { readonly: true });
  const root = Number(db.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').pluck().get(index));
  db.close();
  return (root - 1) * 4_096;
}
