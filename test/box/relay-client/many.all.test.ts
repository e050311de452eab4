/** Thousands of bookings that change or go, and the power goes meanwhile: what is valid is one of both sets, whole. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { bookingRecord } from '../../../scripts/rig/relay-end.ts';
import {
  changed,
  code,
  countRows,
  crowded,
  found,
  hearsAll,
  isWhole,
  many,
  newCode,
  parts,
  takes,
} from './thousands.ts';

describe('E1. a set of thousands that changes', () => {
  test('a power cut after the decision loses nothing of it', { timeout: 120_000 }, async t => {
    const rig = await crowded(t);
    const applying = (async () => {
      for (const part of rig.relay.snapshot(parts)) await rig.hears(part);
    })().catch(() => {});
    while (rig.store.synced.standing().rev !== 1) await turn();
    await rig.reboot();
    await applying;
    await rig.store.incoming.settle();
    assert.equal(rig.store.bookings.count(), many);
    assert.equal([...rig.store.synced.pairs()].length, many + 1);
    assert.equal(found(rig, 5_999), 1);
  });

  test('what a refusing disk took in late, after the link was up, is compared as a whole', {
    timeout: 120_000,
  }, async t => {
    const rig = await crowded(t);
    const applying = hearsAll(rig).catch(() => {});
    while (rig.store.synced.standing().rev !== 1) await turn();
    await rig.reboot({ refuses: true });
    await applying;
    rig.link.connect();
    assert.ok(rig.store.incoming.waits);
    await rig.store.incoming.settle();
    rig.relay.change([bookingRecord('b-new', 'van', { code: newCode(1) })]);
    await rig.hears(rig.relay.delta(1));
    const receipt = await rig.saysLast('receipt');
    assert.deepEqual([receipt.rev, receipt.count, receipt.digest], [2, many + 2, rig.relay.digest]);
  });

  test('thousands that change or go: no turn of the loop takes most of it, and each code is of the set that stands', {
    timeout: 120_000,
  }, async t => {
    const { rig, applying, next } = await changed(t, { droppedFrom: 2_000 });
    const most = countRows(t, rig);
    let looks = 0;
    for (; !next.over; await turn()) {
      if (rig.store.synced.standing().rev === 1) {
        assert.equal(takes(rig, code(1_700)), 1, 'the old set is valid as a whole');
        assert.equal(takes(rig, newCode(1_700)), 0);
        continue;
      }
      if (!rig.store.incoming.waits) continue;
      const n = 1_999 - ((looks * 3) % 1_998);
      assert.deepEqual([takes(rig, code(n)), takes(rig, newCode(n))], [0, 1], `changed ${n}`);
      const dropped = many - 1 - (looks % 4_000);
      assert.equal(takes(rig, code(dropped)), 0, `dropped ${dropped}`);
      looks += 1;
    }
    await applying;
    assert.ok(looks > 0, 'somebody came meanwhile');
    const rows = most();
    assert.ok(rows <= 4_200, `${rows} rows in one turn`);
    await isWhole(rig);
  });

  for (const when of ['before the decision', 'after the decision'] as const) {
    test(`a power cut ${when} on thousands of changes leaves one of both sets, whole`, {
      timeout: 120_000,
    }, async t => {
      const { rig, applying } = await changed(t, { droppedFrom: 2_000 });
      const isDue = (): boolean =>
        when === 'after the decision'
          ? rig.store.synced.standing().rev === 2
          : existsSync(join(rig.folder, 'smartbox.incoming.new'));
      while (!isDue()) await turn();
      const { rev } = rig.store.synced.standing();
      assert.equal(rev, when === 'after the decision' ? 2 : 1);
      await rig.reboot();
      await applying.catch(() => {});
      rig.link.connect();
      if (rev === 2) return await isWhole(rig);
      assert.equal([...rig.store.synced.pairs()].length, many + 1);
      assert.deepEqual([takes(rig, code(1_700)), takes(rig, newCode(1_700))], [1, 0]);
      await hearsAll(rig);
      await isWhole(rig);
    });
  }
});
