import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { describe, it, type TestContext } from 'node:test';
import { bookingId } from '../../../../src/base/brand.ts';
import { canonical } from '../../../../src/base/canonical.ts';
import { Fault } from '../../../../src/base/fault.ts';
import type { BoxStore } from '../../../../src/box/adapters/sqlite/store.ts';
import { eventLine } from '../../../../src/wire/chain.ts';
import { verifyLines } from '../../../../src/wire/verify.ts';
import { noTracing } from '../../../crash/trace.ts';
import { at, commitOf, entry, Rig, useOf } from './rig.ts';

/** A file system of its own that can be filled or made read-only; null where we may not mount. */
function smallDisk(t: TestContext): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'smartbox-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    rmSync(folder, { recursive: true });
    return null;
  }
  t.after(() => {
    execFileSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true });
  });
  return folder;
}

const a = bookingId('a');
const faultOf = (code: string) => (error: unknown) => error instanceof Fault && error.code === code;
const grant = () => commitOf({ entries: [entry({ booking: a })], uses: [useOf(a)] });

/** Takes every block but what the store has. */
function fill(disk: string): void {
  for (const [name, bytes] of [
    ['big', 64 * 1024],
    ['small', 4_096],
    ['tiny', 1],
  ] as const) {
    try {
      for (let n = 0; ; n += 1) writeFileSync(join(disk, `${name}-${n}`), Buffer.alloc(bytes, 1));
    } catch {}
  }
}

/** As a killed daemon leaves it: with the log beside the database. */
function keepAsKilled(rig: Rig, store: BoxStore): void {
  const kept = ['smartbox.db', 'smartbox.db-wal', 'smartbox.db-shm'].map(name => join(rig.folder, name));
  for (const file of kept) copyFileSync(file, `${file}.kept`);
  store.close();
  for (const file of kept) renameSync(`${file}.kept`, file);
}

/** Another daemon's store on the same data. */
function holding(t: TestContext, folder: string): ChildProcess {
  const worker = join(import.meta.dirname, 'holding-worker.ts');
  const child = spawn(process.execPath, [worker, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

describe('store: a disk that fails', () => {
  it('full: nothing of the commit is kept, the reserve lets one through, and all goes on with room', async t => {
    const disk = smallDisk(t);
    if (disk === null) return t.skip('SKIPPED: may not mount a tmpfs here');
    const rig = await Rig.make(t, disk);
    const store = rig.open();
    rig.put(store, rig.booking('a'));
    const before = store.load();
    fill(disk);
    let refused = 0;
    let kept = 0;
    for (; refused === 0 && kept < 500; kept += 1) {
      try {
        store.commit(grant());
      } catch (error) {
        assert.ok(faultOf('storage-full')(error), String(error));
        refused += 1;
        kept -= 1;
      }
    }
    assert.equal(refused, 1);
    assert.equal(store.load().lastSeq, before.lastSeq + kept, 'reading goes on');
    assert.equal(store.freeReserve(), true);
    store.commit(grant());
    store.restoreReserve();
    for (let n = 0; n < 50; n += 1) rmSync(join(disk, `big-${n}`), { force: true });
    store.commit(grant());
    store.restoreReserve();
    assert.equal(statSync(join(rig.folder, 'reserve')).size, 1024 * 1024);
    const { seq } = store.journal.last();
    const lines = [...store.journal.read({ from: 1, to: seq })].map(eventLine);
    assert.equal(lines.length, kept + 2);
    assert.ok(verifyLines([...lines, canonical({ ...store.journal.checkpoint(1, seq) })]).ok);
  });

  for (const end of ['in order', 'by a kill'] as const) {
    it(`read-only at the start, after a run that ended ${end}: reads, keeps nothing, and is whole when the disk is`, async t => {
      const disk = smallDisk(t);
      if (disk === null) return t.skip('SKIPPED: may not mount a tmpfs here');
      const rig = await Rig.make(t, disk);
      const store = rig.open();
      rig.put(store, rig.booking('a'));
      store.commit(grant());
      if (end === 'in order') store.close();
      else keepAsKilled(rig, store);
      execFileSync('mount', ['-o', 'remount,ro', disk]);
      const reading = rig.open();
      assert.equal(reading.bookings.get(a)?.use?.life, 'granted');
      assert.equal(reading.load().lastSeq, 1);
      assert.throws(() => reading.commit(grant()), faultOf('storage-readonly'));
      assert.equal(reading.bookings.byCode(rig.code('a'), at(0)).length, 1, 'still read after a refusal');
      execFileSync('mount', ['-o', 'remount,rw', disk]);
      assert.deepEqual(
        reading.commit(grant()).map(event => event.seq),
        [2],
      );
      reading.restoreReserve();
      assert.equal(statSync(join(rig.folder, 'reserve')).size, 1024 * 1024);
      reading.close();
      assert.equal(rig.open().load().lastSeq, 2);
    });
  }

  it('read-only: the data is one process’s alone all the same', async t => {
    const disk = smallDisk(t);
    if (disk === null) return t.skip('SKIPPED: may not mount a tmpfs here');
    const rig = await Rig.make(t, disk);
    rig.open().close();
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    const holder = holding(t, rig.folder);
    await once(holder.stdout as Readable, 'data');
    assert.throws(() => rig.open(), faultOf('data-in-use'));
    holder.kill('SIGKILL');
    await once(holder, 'close');
    rig.open();
  });

  it('a database that cannot be read at all is replaced in memory, and on the disk once that takes writes', async t => {
    const disk = smallDisk(t);
    if (disk === null) return t.skip('SKIPPED: may not mount a tmpfs here');
    const rig = await Rig.make(t, disk);
    const store = rig.open();
    rig.put(store, rig.booking('a'));
    await store.backupNightly();
    store.commit(grant());
    store.close();
    writeFileSync(join(rig.folder, 'smartbox.db'), Buffer.alloc(8_192, 0x5a));
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    const reading = rig.open();
    assert.equal(reading.load().epoch, 2);
    assert.equal(reading.bookings.count(), 1);
    execFileSync('mount', ['-o', 'remount,rw', disk]);
    assert.equal(reading.commit(grant())[0]?.epoch, 2);
    assert.equal(reading.bookings.count(), 1);
    assert.deepEqual(
      readdirSync(rig.folder).filter(name => name.includes('damaged')),
      ['smartbox.db.damaged-1'],
    );
  });

  it('full at the start: the reserve is what the box opens with', async t => {
    const disk = smallDisk(t);
    if (disk === null) return t.skip('SKIPPED: may not mount a tmpfs here');
    const rig = await Rig.make(t, disk);
    const store = rig.open();
    rig.put(store, rig.booking('a'));
    store.close();
    fill(disk);
    const again = rig.open();
    assert.equal(again.bookings.count(), 1);
    assert.equal(again.load().epoch, 1);
  });

  it('at any sync: what was refused is not acted on, what was acknowledged is there', async t => {
    const forbidden = noTracing();
    if (forbidden !== null) return t.skip(`SKIPPED: ${forbidden}`);
    const worker = join(import.meta.dirname, 'eio-worker.ts');
    for (const failing of ['20', '20..21', '20..24']) {
      const rig = await Rig.make(t);
      const inject = `inject=fsync,fdatasync:error=EIO:when=${failing}`;
      const out = execFileSync(
        'strace',
        ['-o', '/dev/null', '-e', inject, process.execPath, worker, rig.folder],
        { encoding: 'utf8' },
      );
      const { acked, refused } = JSON.parse(out) as { acked: string[]; refused: string[] };
      assert.ok(
        refused.length > 0 && refused.every(each => each.endsWith('storage-io')),
        `${failing}: ${refused}`,
      );
      assert.ok(acked.length > 20, `${failing}: ${acked.length}`);
      const store = rig.open();
      assert.equal(store.load().epoch, 1);
      for (const id of acked) assert.equal(store.bookings.get(bookingId(id))?.use?.life, 'granted', id);
      const { seq } = store.journal.last();
      const lines = [...store.journal.read({ from: 1, to: seq })].map(eventLine);
      assert.ok(verifyLines([...lines, canonical({ ...store.journal.checkpoint(1, seq) })]).ok, failing);
    }
  });
});
