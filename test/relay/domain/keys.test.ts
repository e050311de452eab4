import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf } from '../../../src/base/fault.ts';
import { bookingView } from '../../../src/relay/domain/booking-views.ts';
import { cancelBooking, createBooking } from '../../../src/relay/domain/bookings.ts';
import { createBox } from '../../../src/relay/domain/boxes.ts';
import { importKeys, previewKeys, problemsOf } from '../../../src/relay/domain/key-import.ts';
import { listKeys } from '../../../src/relay/domain/key-list.ts';
import { changeKey, createKey, deleteKey, keyView } from '../../../src/relay/domain/keys.ts';
import { listProblems } from '../../../src/relay/domain/problem-list.ts';
import { raiseProblem } from '../../../src/relay/domain/problems.ts';
import { onBothStores } from '../stores.ts';
import { boxWithKeys, type House, houseOn } from './house.ts';

const faults = (code: string) => (error: unknown) => {
  assert.equal(codeOf(error), code, String(error));
  return true;
};

const keysIn = async (house: House, box: string, since = 0) =>
  (await house.set(box, since)).put.flatMap(each => (each.kind === 'key' ? [each] : []));

onBothStores('keys', source => {
  test('never stocked, in, out, missing: as the events of its own box say', async () => {
    const house = await houseOn(await source.fresh());
    const { box, keys } = await boxWithKeys(house, 1);
    const { box: other } = await boxWithKeys(house, 1, { id: 'other' });
    const place = async (): Promise<readonly unknown[]> => {
      const view = await house.act(c => keyView(c, keys[0] ?? ''));
      return [view.place, view.place_slot, view.place_since];
    };
    assert.deepEqual(await place(), ['never-stocked', null, null]);
    await house.events(other, { type: 'key-returned', key: 'van 1', slot: 1 });
    assert.deepEqual(await place(), ['never-stocked', null, null]);
    const open = async () =>
      (await house.act(c => listProblems(c, { open: true }, { after: null, limit: 9 }))).map(
        ({ kind }) => kind,
      );
    const name = { kind: 'key-never-stocked', subject: keys[0] ?? '' } as const;
    await house.act(c => raiseProblem(c, name, 'it was booked'));
    assert.deepEqual(await open(), ['key-never-stocked']);
    await house.events(box, { type: 'key-returned', key: 'van 1', slot: 3 });
    assert.deepEqual([await place(), await open()], [['in', 3, house.nowMs], []]);
    await house.events(box, { type: 'custody-mismatch', key: 'van 1', slot: 3, reason: 'tag-outside' });
    assert.deepEqual(await place(), ['in', 3, house.nowMs]);
    house.nowMs += 1;
    await house.events(box, { type: 'key-taken', key: 'van 1', booking: 'local-1' });
    assert.deepEqual(await place(), ['out', null, house.nowMs]);
    await house.events(box, { type: 'custody-mismatch', key: 'van 1', slot: 3, reason: 'gone' });
    assert.deepEqual(await place(), ['missing', null, house.nowMs]);
    await assert.rejects(
      house.act(c => changeKey(c, keys[0] ?? '', { name: 'van 9' })),
      faults('conflict'),
    );
  });

  test('takes what troubles it with it when it is deleted: nobody can put it right any more', async () => {
    const house = await houseOn(await source.fresh());
    const { keys } = await boxWithKeys(house, 2);
    const open = async () =>
      (await house.act(c => listProblems(c, { open: true }, { after: null, limit: 9 }))).map(
        ({ subject }) => subject,
      );
    for (const subject of keys)
      await house.act(c => raiseProblem(c, { kind: 'key-never-stocked', subject }, 'it was booked'));
    await house.act(c => deleteKey(c, keys[0] ?? ''));
    assert.deepEqual(await open(), [keys[1]]);
  });

  test('moved to another box was never seen there, and keeps its name; within its box it stays where it hangs', async () => {
    const house = await houseOn(await source.fresh());
    const { box, keys } = await boxWithKeys(house, 1);
    await house.act(c => createBox(c, { id: 'other', name: 'Other' }));
    const [key = ''] = keys;
    const place = async (): Promise<readonly unknown[]> => {
      const view = await house.act(c => keyView(c, key));
      return [view.place, view.place_slot];
    };
    const bare = await house.act(c => keyView(c, key));
    await house.act(c => changeKey(c, key, { box: 'other', slot: 1 }));
    assert.equal((await house.act(c => keyView(c, key))).place_since, bare.place_since, 'nobody saw it');
    await house.act(c => changeKey(c, key, { box, slot: 1 }));
    await house.events(box, { type: 'key-returned', key: 'van 1', slot: 3 });
    await house.act(c => changeKey(c, key, { slot: 2 }));
    assert.deepEqual(await place(), ['in', 3]);
    await house.act(c => changeKey(c, key, { box: 'other', slot: 1 }));
    assert.deepEqual(await place(), ['never-stocked', null]);
    await assert.rejects(
      house.act(c => changeKey(c, key, { name: 'van 9' })),
      faults('conflict'),
    );
    await house.events('other', { type: 'key-returned', key: 'van 1', slot: 1 });
    assert.deepEqual(await place(), ['in', 1]);
  });

  test('name, home slot and tag are a key’s own', async () => {
    const house = await houseOn(await source.fresh());
    const { box, keys } = await boxWithKeys(house, 2);
    const make = (name: string, slot: number, tag?: string) =>
      house.act(c => createKey(c, { name, box, slot, tag }));
    await assert.rejects(make('van 1', 3), faults('conflict'));
    await assert.rejects(make('van 3', 1), faults('conflict'));
    for (const [name, slot] of [
      ['', 3],
      ['x\u0000', 3],
      ['x', 0],
      ['x', 1_000],
      ['x', 1.5],
      ['x'.repeat(65), 3],
    ] as const)
      await assert.rejects(make(name, slot), faults('bad-input'), `${name} ${slot}`);
    const { id } = await make('van 3', 3, '0009999999');
    await assert.rejects(make('van 4', 4, '0009999999'), faults('conflict'));
    assert.equal((await keysIn(house, box)).find(key => key.name === 'van 3')?.tag, '0009999999');
    assert.ok(
      !JSON.stringify(await house.store.db.selectFrom('key').selectAll().execute()).includes('0009999999'),
    );
    await house.act(c => changeKey(c, id, { tag: null, slot: 7 }));
    const changed = (await keysIn(house, box)).find(key => key.name === 'van 3');
    assert.deepEqual([changed?.tag, changed?.slot], [null, 7]);
    await house.act(c => deleteKey(c, keys[1] ?? ''));
    const names = (await house.act(c => listKeys(c, { box }, { after: null, limit: 10 }))).map(
      ({ name }) => name,
    );
    assert.deepEqual([...names].sort(), ['van 1', 'van 3']);
  });

  test('a key that moves takes its bookings along, with new codes', async () => {
    const house = await houseOn(await source.fresh());
    const {
      box,
      keys: [key = ''],
    } = await boxWithKeys(house, 2);
    const { id: to } = await house.act(c => createBox(c, { name: 'B' }));
    const contact = { name: 'Ann', email: 'ann@example.org' };
    const { id } = await house.act(c => createBooking(c, { key, contact, start: house.nowMs, end: null }));
    const before = (await house.set(box)).put.find(each => each.id === id);
    await house.events(box, { type: 'key-taken', key: 'van 1', booking: id });
    await assert.rejects(
      house.act(c => changeKey(c, key, { box: to })),
      faults('conflict'),
    );
    await house.events(box, { type: 'custody-mismatch', key: 'van 1', booking: id, reason: 'found-empty' });
    await house.events(box, { type: 'key-returned', key: 'van 1', slot: 1 });
    const { rev } = await house.set(box);
    await house.act(c => changeKey(c, key, { box: to }));
    const [here, there] = [await house.set(box, rev), await house.set(to)];
    assert.deepEqual([here.count, here.drop.length], [1, 3]);
    assert.deepEqual(
      there.put.map(({ kind }) => kind),
      ['key', 'driver', 'booking'],
    );
    const after = there.put[2];
    assert.ok(before?.kind === 'booking' && after?.kind === 'booking' && after.code !== before.code);
    assert.equal((await house.act(c => bookingView(c, id))).box, to);
    await assert.rejects(
      house.act(c => deleteKey(c, key)),
      faults('conflict'),
    );
    await house.act(c => cancelBooking(c, id));
    await house.act(c => deleteKey(c, key));
    assert.equal((await house.set(to)).count, 0);
    assert.equal((await house.act(c => keyView(c, key))).box, null);
    await assert.rejects(
      house.act(c => createBooking(c, { key, start: house.nowMs, end: null })),
      faults('conflict'),
    );
  });

  test('one tag is one key’s, however it is written, and what no reader sends is refused', async () => {
    const house = await houseOn(await source.fresh());
    const { box, keys } = await boxWithKeys(house, 2);
    const tagOf = (key: number, tag: string) => house.act(c => changeKey(c, keys[key] ?? '', { tag }));
    const first = await tagOf(0, '0012345678 188,24910');
    assert.deepEqual([first.tag, first.warnings], ['0012345678', undefined]);
    for (const twin of ['0100BC614E', '01:00:bc:61:4e', '0100bc614e', '0012345678'])
      await assert.rejects(tagOf(1, twin), faults('conflict'), twin);
    for (const no of ['188,24910', '04A3C6CAE26180', 'ZZZZ', '0000000000'])
      await assert.rejects(tagOf(1, no), faults('bad-input'), no);
    assert.match((await tagOf(1, '0087654321')).warnings?.join() ?? '', /keys learn/);
    // A relay of before has kept a number as it was typed.
    const hash = house.atRest.hash('tag', 'main\n0a1b2c3d4e');
    await house.act(c =>
      c.tx
        .updateTable('key')
        .set({ tag_hash: hash })
        .where('id', '=', keys[0] ?? '')
        .execute(),
    );
    await assert.rejects(tagOf(1, '0A1B2C3D4E'), faults('conflict'));
    assert.deepEqual((await keysIn(house, box)).map(({ tag }) => tag).sort(), ['0012345678', '0087654321']);
  });

  test('a key named before names were looked at so closely is found by its name, and imported again', async () => {
    const house = await houseOn(await source.fresh());
    const { box, keys } = await boxWithKeys(house, 1);
    const old = 'Van \u202e1\u200e';
    await house.act(({ tx }) => tx.updateTable('key').set({ name: old }).execute());
    assert.equal((await house.act(c => keyView(c, old))).id, keys[0]);
    const load = (name: string) => house.act(c => importKeys(c, `name,box,slot\n${name},${box},1\n`));
    assert.equal((await load(old)).same, 1);
    await assert.rejects(load('Van \u202e2'), /name: holds U\+202E/);
    await house.act(c => createKey(c, { name: 'Bus\u200e', box, slot: 2, tag: null }));
    for (const name of ['Bus', 'Bus\u200f'])
      assert.equal((await house.act(c => keyView(c, name))).name, 'Bus');
    assert.equal((await house.act(c => importKeys(c, `name,box,slot\nBus\u200e,${box},2\n`))).same, 1);
  });

  test('an import is whole or not at all, and names each bad row', async () => {
    const house = await houseOn(await source.fresh());
    const { box } = await boxWithKeys(house, 1);
    const load = (text: string) => house.act(c => importKeys(c, text));
    const csv = `Name;Box;Slot;Tag\r\n"van ""B"""; ${box};2;0100BC614E\r\nvan 1;${box};1;0012345679\r\n`;
    const { warnings, rows, ...counts } = await load(csv);
    assert.deepEqual(
      rows.map(({ line, is }) => [line, is]),
      [
        [2, 'created'],
        [3, 'changed'],
      ],
    );
    assert.deepEqual(counts, { created: 1, changed: 1, same: 0 });
    assert.match(
      warnings.join(),
      /^line 3: tag is read as the decimal number that is printed on it.*keys learn/,
    );
    const twice = async (text: string) => {
      const { rows: _, ...rest } = await load(text);
      return rest;
    };
    assert.deepEqual(await twice(csv), { created: 0, changed: 0, same: 2, warnings: [] });
    const otherwise = csv.replace('0100BC614E', '01:00:bc:61:4e');
    assert.deepEqual(await twice(otherwise), { created: 0, changed: 0, same: 2, warnings: [] });
    const { rev } = await house.set(box);
    const bad = `name,box,slot\nvan 7,${box},7\nvan 8,${box},2\nvan 9,nowhere,3\nvan 10,${box},x\n`;
    await assert.rejects(load(bad), error => {
      assert.deepEqual(
        problemsOf(error).map(({ line, column }) => [line, column]),
        [
          [3, null],
          [4, null],
          [5, 'slot'],
        ],
      );
      return codeOf(error) === 'bad-input';
    });
    await assert.rejects(load('name,color\n'), /“color”/);
    const doubled = `name,box,slot\nvan 7,${box},7\nvan 8,${box},8\nvan 7,${box},9\n`;
    await assert.rejects(load(doubled), /line 4: names the same key of the same box as line 2/);
    assert.equal((await house.set(box)).rev, rev);
    assert.equal((await keysIn(house, box)).length, 2);
  });

  test('an import counts as a whole: keys change places, and tags, in whichever order their rows are', async () => {
    const house = await houseOn(await source.fresh());
    const { box } = await boxWithKeys(house, 2);
    const tags = ['0100BC614E', '0100BC614F'];
    const table = (first: number, second: number): string => {
      const row = (key: number, at: number): string => `van ${key},${box},${at},${tags[at - 1]}`;
      return ['name,box,slot,tag', row(1, first), row(2, second), ''].join('\n');
    };
    const at = async (): Promise<readonly unknown[]> =>
      (await keysIn(house, box)).map(key => key.kind === 'key' && [key.name, key.slot, key.tag]).sort();
    await house.act(c => importKeys(c, table(1, 2)));
    const before = await at();
    assert.equal((await house.act(c => importKeys(c, table(2, 1)))).changed, 2);
    assert.notDeepEqual(await at(), before);
    const moved = ['name,box,slot', `van 1,${box},1`, `van 2,${box},3`, ''].join('\n');
    assert.equal((await house.act(c => importKeys(c, moved))).changed, 2);
    await assert.rejects(
      house.act(c => importKeys(c, `name,box,slot\nvan 1,${box},3\n`)),
      faults('bad-input'),
    );
    assert.equal((await house.act(c => importKeys(c, moved))).same, 2, 'what was refused has left nothing');
  });

  test('a preview says what an import would do, and does nothing; a box may be called by its name', async () => {
    const house = await houseOn(await source.fresh());
    const { box } = await boxWithKeys(house, 1);
    const { rev } = await house.set(box);
    const csv = `name,box,slot\nvan 7,Depot A,7\nvan 1,${box},1\n`;
    const said = await house.act(c => previewKeys(c, csv));
    assert.deepEqual([said.created, said.same, said.rows[0]?.box], [1, 1, box]);
    await assert.rejects(
      house.act(c => previewKeys(c, csv.replace('7\n', '1\n'))),
      faults('bad-input'),
    );
    assert.deepEqual([(await house.set(box)).rev, (await keysIn(house, box)).length], [rev, 1]);
    assert.equal((await house.act(c => importKeys(c, csv))).created, 1);
    await boxWithKeys(house, 0, { id: 'twin' });
    await assert.rejects(
      house.act(c => importKeys(c, csv)),
      faults('bad-input'),
    );
  });
});
