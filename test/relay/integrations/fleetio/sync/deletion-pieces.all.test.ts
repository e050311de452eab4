/** A large account of Fleetio is taken away in pieces: each bounded, none half done, and each driver told once. */
import assert from 'node:assert/strict';
import { afterEach, it } from 'node:test';
import { cancelBooking, createBooking } from '../../../../../src/relay/domain/bookings.ts';
import { createDriver } from '../../../../../src/relay/domain/drivers.ts';
import { integrationRow } from '../../../../../src/relay/integrations/fleetio/integrations.ts';
import {
  type BookingFate,
  deleteIntegration,
  settledMax,
} from '../../../../../src/relay/integrations/fleetio/sync/deletion.ts';
import type { RelayStore } from '../../../../../src/relay/store/store.ts';
import { onBothStores } from '../../../stores.ts';
import { EngineRig, hourMs } from './rig.ts';

let rig: EngineRig;
afterEach(() => rig.close());

const remove = (fate: BookingFate): Promise<void> =>
  rig.house.act(context => deleteIntegration(context, rig.integration, fate));

async function audited(what: string): Promise<string | null | undefined> {
  const rows = await rig.store.db.selectFrom('audit').select('detail').where('what', '=', what).execute();
  assert.equal(rows.length, 1);
  return rows[0]?.detail;
}

/** More than two transactions settle. */
const many = 2 * settledMax + 7;
/** Assignments that are over, or never had a booking. */
const past = 510;

/** What a large fleet leaves behind, as if Fleetio had made it all; every booking's driver has heard of it, or is still to hear. */
async function large(
  telling: 'access' | null,
  [over, live]: readonly [number, number] = [past, many],
): Promise<void> {
  await rig.house.act(async context => {
    const { id: driver } = await createDriver(context, { name: 'Pia', email: 'pia@example.com' });
    const trace = (n: number) => ({ trace: `t-${n}`, booking: null as string | null });
    const rows = Array.from({ length: over }, (_, n) => ({ id: `0past-${n}`, ...trace(n) }));
    for (let n = 0; n < live; n += 1) {
      const start = rig.now() + (n + 1) * hourMs;
      const window = { start, end: start + hourMs / 2 };
      const made = await createBooking(context, { key: 'van 1', driver, origin: 'fleetio', ...window });
      rows.push({ id: `live-${n}`, ...trace(over + n), booking: made.id });
    }
    for (const row of rows)
      await context.tx
        .insertInto('assignment')
        .values({
          ...{ integration: rig.integration, account: 'main', vehicle: '1', contact: '1', ...row },
          ...{ updated: 1, deleted: 0, first_seen: 1, fields_tries: 0, fields_restored: 0, open: 0 },
          telling: row.booking === null ? null : telling,
        })
        .execute();
  });
}

const wordsOf = async (kind: string): Promise<number> =>
  (await rig.told()).filter(each => each === `${kind}:Pia`).length;

const settledOf = async (fate: BookingFate): Promise<number> =>
  fate === 'keep'
    ? await wordsOf('access')
    : (await rig.bookings()).filter(({ cancelled: at }) => at !== null).length;

type Theirs = 'integration' | 'assignment' | 'vehicle' | 'contact' | 'webhook_event';
const left = async (table: Theirs): Promise<number> =>
  (await rig.store.db.selectFrom(table).selectAll().execute()).length;

/** However long the database takes: a server of its own works on while the clock of the test stands. */
async function passUntil(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let step = 0; step < 300 && !(await isSo()); step += 1) await rig.pass(1_000);
  assert.ok(await isSo(), what);
}

/** A store that notes how many words to drivers each transaction has queued; while `dies`, none comes to its commit. */
class Watched {
  readonly each: number[] = [];
  dies = false;
  killed = 0;
  readonly store: RelayStore;

  constructor(store: RelayStore) {
    const counted: RelayStore['write'] = work =>
      store.write(async tx => {
        const query = () => tx.selectFrom('message').select('id').where('kind', '!=', 'reminder').execute();
        const before = (await query()).length;
        const result = await work(tx);
        const more = (await query()).length - before;
        if (this.dies && more > 0) {
          this.killed += 1;
          throw new Error('killed before the commit');
        }
        this.each.push(more);
        return result;
      });
    this.store = new Proxy(store, {
      get: (target, name) => {
        if (name === 'write') return counted;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }
}

/** Nobody finds it, its tokens are gone, and whoever was reading it writes nothing more. */
async function isGoneForAll(): Promise<void> {
  const reading = { tx: rig.store.db, account: 'main' };
  await assert.rejects(integrationRow(reading, rig.integration), /no integration/);
  const [row] = await rig.store.db.selectFrom('integration').selectAll().execute();
  assert.deepEqual(
    [row?.api_key, row?.account_token, row?.webhook_key, row?.webhook_authorization],
    ['', '', null, null],
  );
  const writes = rig.act(async () => {});
  await assert.rejects(writes, /no integration/);
}

onBothStores('a large account', source => {
  const fates: readonly [BookingFate, 'access' | null, string, string][] = [
    ['cancel', null, 'bookings: being cancelled', `bookings: ${many} cancelled, 0 kept (0 with the key out)`],
    ['keep', 'access', 'bookings: being kept', `bookings: 0 cancelled, ${many} kept (0 with the key out)`],
  ];
  for (const [fate, telling, begun, ended] of fates)
    it(`is gone at once; its bookings follow in bounded transactions, each once, over a copy that is killed: ${fate}`, async () => {
      const watched = new Watched(await source.fresh());
      rig = await EngineRig.make({ keys: 1, store: watched.store });
      await large(telling);
      watched.each.length = 0;
      await remove(fate);
      assert.equal(await settledOf(fate), 0, 'what never had a booking is 500 rows of it');
      assert.equal(await audited('integration-deleted'), begun);
      await isGoneForAll();
      rig.start('relay-1');
      await passUntil('the first piece', async () => (await settledOf(fate)) > 0);
      const half = await settledOf(fate);
      assert.ok(half < many, `${half} of ${many}`);
      watched.dies = true;
      await passUntil('a piece that is killed', async () => watched.killed > 0);
      assert.equal(await settledOf(fate), half, 'what a killed copy had begun is not half done');
      // It was killed: its item is leased, and nobody gives it back.
      const lease = { lease: 'relay-1', lease_until: rig.now() + 90_000 };
      await rig.restart('relay-2');
      watched.dies = false;
      await rig.store.write(tx =>
        tx.updateTable('work').set(lease).where('kind', '=', 'integration-deletion').execute(),
      );
      await rig.pass(10_000, 2_000);
      assert.equal(await settledOf(fate), half, 'as long as the lease lasts');
      await passUntil('its end', async () => (await left('integration')) === 0);
      assert.equal(await settledOf(fate), many);
      assert.equal(
        await wordsOf(fate === 'cancel' ? 'cancelled' : 'access'),
        many,
        'each driver is told once',
      );
      assert.equal(await audited('integration-settled'), ended);
      for (const table of ['integration', 'assignment', 'vehicle', 'contact', 'webhook_event'] as const)
        assert.equal(await left(table), 0, table);
      assert.deepEqual(
        watched.each.filter(more => more > settledMax),
        [],
      );
    });

  it('tells whoever a moment ago was cancelled by hand', async () => {
    rig = await EngineRig.make({ keys: 1, store: await source.fresh() });
    await large(null, [0, 1]);
    const [booking] = await rig.bookings();
    await rig.house.act(context => cancelBooking(context, booking?.id ?? ''));
    await remove('keep');
    assert.deepEqual(await rig.told(), ['cancelled:Pia']);
    assert.equal(await audited('integration-deleted'), 'bookings: 0 cancelled, 0 kept (0 with the key out)');
  });

  it('hears what is done to its bookings meanwhile', async () => {
    rig = await EngineRig.make({ keys: 1, store: await source.fresh() });
    await large(null);
    await remove('keep');
    const last = (await rig.bookings()).at(-1)?.id ?? '';
    await rig.house.act(context => cancelBooking(context, last));
    rig.start('relay-1');
    await passUntil('its end', async () => (await left('integration')) === 0);
    assert.deepEqual(await rig.told(), ['cancelled:Pia']);
    assert.equal(
      await audited('integration-settled'),
      `bookings: 0 cancelled, ${many - 1} kept (0 with the key out)`,
    );
  });
});
