import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import Database from 'better-sqlite3';
import { bookingId, fingerprint, keyName } from '../../../../src/base/brand.ts';
import { codeOf, Fault } from '../../../../src/base/fault.ts';
import { connect } from '../../../../src/box/adapters/sqlite/connection.ts';
import { reserveBytes } from '../../../../src/box/adapters/sqlite/files.ts';
import { schemaVersion } from '../../../../src/box/adapters/sqlite/schema.ts';
import { eventLine, hashEvent, noHash } from '../../../../src/wire/chain.ts';
import { verifyLines } from '../../../../src/wire/verify.ts';
import { at, commitOf, entry, Rig, useOf } from './rig.ts';

const faultOf = (code: string) => (error: unknown) => error instanceof Fault && error.code === code;
const a = bookingId('a');

/** What an export of everything would be. */
const exported = (store: ReturnType<Rig['open']>): string[] => [
  ...[...store.journal.read({ from: 1, to: store.journal.last().seq })].map(eventLine),
  JSON.stringify(sorted(store.journal.checkpoint(1, store.journal.last().seq))),
];

const sorted = (value: object): object =>
  Object.fromEntries(Object.entries(value).sort(([one], [two]) => (one < two ? -1 : 1)));

describe('store: the file', () => {
  it('keeps what it was told about durability, read back', async t => {
    const rig = await Rig.make(t);
    rig.open();
    const db = connect(join(rig.folder, 'smartbox.db'), {});
    const read = (name: string): unknown => db.pragma(name, { simple: true });
    assert.equal(read('synchronous'), 2, 'FULL: one commit, one fsync');
    assert.equal(read('journal_mode'), 'wal');
    assert.equal(read('wal_autocheckpoint'), 0);
    assert.equal(read('secure_delete'), 1);
    assert.equal(read('trusted_schema'), 0);
    db.close();
  });

  it('can be seen by nobody else', async t => {
    const rig = await Rig.make(t);
    const store = rig.open();
    store.commit(commitOf({ entries: [entry()] }));
    assert.equal(statSync(rig.folder).mode & 0o777, 0o700);
    for (const name of ['smartbox.db', 'smartbox.db-wal', 'smartbox.db-shm', 'reserve', 'smartbox.lock']) {
      assert.equal(statSync(join(rig.folder, name)).mode & 0o077, 0, name);
    }
  });

  it('is opened by one process at a time', async t => {
    const rig = await Rig.make(t);
    const store = rig.open();
    assert.throws(() => rig.open(), faultOf('data-in-use'));
    store.close();
    rig.open();
  });

  it('of a newer version is refused, naming both, and left as it is', async t => {
    const rig = await Rig.make(t);
    rig.open().close();
    const db = new Database(join(rig.folder, 'smartbox.db'));
    db.pragma('user_version = 99');
    db.close();
    const before = readFileSync(join(rig.folder, 'smartbox.db'));
    assert.throws(
      () => rig.open(),
      (error: unknown) =>
        faultOf('data-newer')(error) &&
        (error as Fault).message.includes(`version 99`) &&
        (error as Fault).message.includes(String(schemaVersion)),
    );
    assert.deepEqual(readFileSync(join(rig.folder, 'smartbox.db')), before);
  });

  it('keeps its tables to what they may hold', async t => {
    const rig = await Rig.make(t);
    const store = rig.open();
    rig.put(store, rig.booking('a'));
    store.commit(commitOf({ entries: [entry()], uses: [useOf(a)] }));
    store.close();
    const db = new Database(join(rig.folder, 'smartbox.db'));
    const refused: readonly (readonly [string, RegExp])[] = [
      ["UPDATE event SET body = '{}'", /append-only/],
      ['DELETE FROM event', /append-only/],
      ['INSERT OR REPLACE INTO event SELECT * FROM event', /append-only/],
      ["UPDATE use SET life = 'open'", /CHECK/],
      ["UPDATE booking SET start = 'soon'", /cannot store TEXT/],
      ['UPDATE booking SET end = start', /CHECK/],
      ["UPDATE booking SET code = x'00'", /CHECK/],
      ['UPDATE booking SET code = NULL', /CHECK/],
    ];
    for (const [sql, message] of refused) assert.throws(() => db.exec(sql), message, sql);
    db.close();
  });

  it('has a reserve of real blocks, freed once and made again', async t => {
    const rig = await Rig.make(t);
    const store = rig.open();
    const reserve = join(rig.folder, 'reserve');
    assert.equal(statSync(reserve).size, reserveBytes);
    assert.ok(statSync(reserve).blocks * 512 >= reserveBytes, 'not sparse');
    assert.equal(store.freeReserve(), true);
    assert.equal(store.freeReserve(), false);
    store.restoreReserve();
    assert.ok(existsSync(reserve));
  });
});

describe('store: commits', () => {
  it('make one chain that verifies, over a restart too', async t => {
    const rig = await Rig.make(t);
    const first = rig.open();
    const [event] = first.commit(commitOf({ entries: [entry({ booking: a, who: 'd-1' })] }));
    assert.ok(event);
    assert.deepEqual([event.seq, event.epoch, event.prev, event.box], [1, 1, noHash, 'box-1']);
    assert.equal(event.hash, hashEvent(event));
    assert.equal(event.at, '2026-03-01T12:00:00.000Z');
    first.close();
    const second = rig.open();
    assert.deepEqual([second.load().lastSeq, second.load().lastHash], [1, event.hash]);
    const [late, now] = second.commit(
      commitOf({
        late: [{ entry: entry({ late: true }), stamp: commitOf({}, at(-1)).stamp }],
        entries: [entry()],
      }),
    );
    assert.deepEqual([late?.seq, late?.late, late?.at, now?.seq], [2, true, '2026-03-01T11:00:00.000Z', 3]);
    assert.equal(now?.prev, late?.hash);
    const verdict = verifyLines(exported(second), { publicKeys: [rig.vault.publicKey] });
    assert.ok(verdict.ok && verdict.keyKnown);
  });

  it('keep nothing of a commit whose other rows fail', async t => {
    const rig = await Rig.make(t);
    const store = rig.open();
    rig.put(store, rig.booking('a'));
    store.commit(commitOf({ entries: [entry()], floor: at(0) }));
    const before = store.load();
    const failing = () =>
      store.commit(
        commitOf(
          { entries: [entry()], uses: [useOf(a)], parts: [{ name: 'x', body: '1' }], floor: at(5) },
          at(5),
        ),
        () => {
          store.bookings.put(rig.booking('b'));
          throw new Error('no');
        },
      );
    assert.throws(failing, /^Error: no$/);
    assert.deepEqual(store.load(), before);
    assert.equal(store.bookings.count(), 1);
    assert.equal(store.bookings.get(bookingId('b')), null);
    assert.equal(store.bookings.get(a)?.use, null);
    const [next] = store.commit(commitOf({ entries: [entry()] }));
    assert.equal(next?.seq, 2);
    store.close();
    assert.deepEqual(rig.open().load().lastSeq, 2);
  });

  it('keep parts, open uses, tags and the floor for the next start', async t => {
    const rig = await Rig.make(t);
    const tag = fingerprint('ab'.repeat(32));
    let store = rig.open();
    rig.put(store, rig.booking('a'));
    store.commit(
      commitOf({
        uses: [useOf(a, { life: 'out' })],
        parts: [
          { name: 'slot/1', body: '{"x":1}' },
          { name: 'gone', body: '1' },
        ],
        tags: [{ key: keyName('slot-1'), fingerprint: tag }],
        floor: at(3),
      }),
    );
    store.commit(commitOf({ parts: [{ name: 'gone', body: null }], floor: null }));
    store.close();
    store = rig.open();
    const loaded = store.load();
    assert.deepEqual(loaded.parts, [{ name: 'slot/1', body: '{"x":1}' }]);
    assert.deepEqual(loaded.openUses, [useOf(a, { life: 'out' })]);
    assert.equal(loaded.floor, at(3));
    assert.equal(store.keys.byTag(tag), 'slot-1');
    store.commit(commitOf({ entries: [entry()], floor: at(2) }));
    store.commit(commitOf({ uses: [useOf(a, { life: 'used', codeUsed: true })], floor: null }));
    store.close();
    assert.deepEqual([rig.open().load().floor], [at(2)], 'a floor that was lowered stays lowered');
  });

  it('find the numbers of a time, whichever way the clock was set', async t => {
    const rig = await Rig.make(t);
    const store = rig.open();
    const hours = [
      ...Array.from({ length: 600 }, (_, n) => n / 10),
      5,
      6,
      ...Array.from({ length: 100 }, (_, n) => 60 + n),
    ];
    for (const hour of hours) store.commit(commitOf({ entries: [entry()] }, at(hour)));
    const slow = (since: number, until: number) => ({
      from: hours.findIndex(hour => hour >= since) + 1,
      to: hours.findLastIndex(hour => hour < until) + 1,
    });
    for (const [since, until] of [
      [0, 1],
      [5, 6],
      [30, 200],
      [0, 5.05],
      [59, 61],
      [-5, 0.01],
      [150, 999],
    ] as const) {
      assert.deepEqual(store.journal.range(at(since), at(until)), slow(since, until), `${since} to ${until}`);
    }
    assert.deepEqual(store.journal.range(null, null), { from: 1, to: hours.length });
    assert.deepEqual(store.journal.range(at(500), null), { from: hours.length + 1, to: hours.length });
    assert.deepEqual([...store.journal.read({ from: 250, to: 460 })].map(event => event.seq)[210], 460);
  });

  it('stand in a file that a check in another process can read meanwhile', async t => {
    const rig = await Rig.make(t);
    const store = rig.open();
    rig.put(store, ...Array.from({ length: 3_000 }, (_, n) => rig.booking(`n${n}`)));
    const checks = Promise.all([store.check('quick'), store.check('full')]);
    let commits = 0;
    for (let done = false; !done; ) {
      store.commit(commitOf({ entries: [entry()] }));
      commits += 1;
      store.checkpointIfIdle();
      done = await Promise.race([
        checks.then(() => true),
        new Promise<false>(next => setImmediate(next, false)),
      ]);
    }
    assert.deepEqual(await checks, [null, null]);
    assert.ok(commits > 10, `${commits} commits`);
  });

  it('move their log when idle, and the one after pays no more than the others', async t => {
    const rig = await Rig.make(t);
    const store = rig.open();
    for (let n = 0; n < 200; n += 1) store.commit(commitOf({ entries: [entry()] }));
    const { size } = statSync(join(rig.folder, 'smartbox.db'));
    store.checkpointIfIdle();
    assert.ok(statSync(join(rig.folder, 'smartbox.db')).size > size);
    const mark = readFileSync(join(rig.folder, 'smartbox.mark'), 'utf8');
    assert.ok(mark.includes(`"seq":200`));
    store.checkpointIfIdle();
    assert.equal(store.journal.last().seq, 200, 'nothing to move any more');
  });
});

describe('store: copies', () => {
  it('are whole, private and of the moment; a folder that is not there is a fault', async t => {
    const rig = await Rig.make(t);
    const store = rig.open();
    rig.put(store, rig.booking('a'));
    store.commit(commitOf({ entries: [entry()] }));
    const path = join(rig.folder, 'copy.db');
    writeFileSync(path, 'something old');
    await store.backup(path);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    const copy = new Database(path, { readonly: true });
    assert.equal(copy.prepare('SELECT count(*) FROM booking').pluck().get(), 1);
    assert.equal(copy.prepare('SELECT count(*) FROM event').pluck().get(), 1);
    assert.equal(copy.pragma('integrity_check', { simple: true }), 'ok');
    copy.close();
    await assert.rejects(
      store.backup(join(rig.folder, 'nowhere', 'copy.db')),
      (error: unknown) => codeOf(error) === 'backup-failed',
    );
  });

  it('of two nights are kept', async t => {
    const rig = await Rig.make(t);
    const store = rig.open();
    for (const seq of [1, 2, 3]) {
      store.commit(commitOf({ entries: [entry()] }));
      await store.backupNightly();
      assert.equal(store.journal.last().seq, seq);
    }
    const seqIn = (name: string): unknown => {
      const db = new Database(join(rig.folder, name), { readonly: true });
      const seq = db.prepare('SELECT max(seq) FROM event').pluck().get();
      db.close();
      return seq;
    };
    assert.deepEqual([seqIn('smartbox.db.backup-1'), seqIn('smartbox.db.backup-2')], [3, 2]);
  });
});
