/** What a load balancer asks: alive, and able to serve, where a database or a broker is outside of the relay. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { withoutMosquitto } from '../../../scripts/rig/mosquitto-server.ts';
import { noPostgres, startPostgres } from '../../../scripts/rig/postgres-server.ts';
import { RelayRig } from '../../../scripts/rig/relay-rig.ts';
import { until } from '../../../scripts/rig/until.ts';
import { RealMosquitto } from '../../real/mosquitto.ts';
import { becomes, booked, enrolled } from './stage.ts';

interface Readyz {
  readonly status: string;
  readonly reasons: readonly { readonly what: string; readonly reason: string; readonly hint: string }[];
}

async function readyz(rig: RelayRig): Promise<{ readonly http: number; readonly what: readonly string[] }> {
  const { status, body } = await rig.ask('GET', '/readyz').catch(error => {
    throw new Error(`the relay does not answer: ${rig.relay.stderr.slice(-2_000)}`, { cause: error });
  });
  const { reasons } = body as Readyz;
  for (const { reason, hint } of reasons) assert.ok(reason !== '' && hint !== '');
  return { http: status, what: reasons.map(({ what }) => what) };
}

const alive = async (rig: RelayRig): Promise<number> => (await rig.ask('GET', '/healthz')).status;

test('with PostgreSQL and an outside broker: ready before the first box, whose first booking is there at once; a broker that dies is said', {
  skip: withoutMosquitto || noPostgres,
}, async t => {
  const [postgres, mosquitto] = [await startPostgres(), await RealMosquitto.make()];
  t.after(() => postgres.stop());
  t.after(() => mosquitto.dispose());
  const url = await postgres.database();
  let beforeFirst: Awaited<ReturnType<typeof readyz>> | null = null;
  const whole = await enrolled(
    t,
    { ...mosquitto.sections(), store: { url } },
    async rig => {
      await rig.must(['broker-config', 'mosquitto']);
      await mosquitto.start();
    },
    async rig => {
      await until('readiness before the first box', async () => (await readyz(rig)).http === 200);
      beforeFirst = await readyz(rig);
      assert.equal(await alive(rig), 200);
    },
  );
  assert.deepEqual(beforeFirst, { http: 200, what: [] });
  const since = performance.now();
  await becomes(whole, await booked(whole, 1), 'on-box');
  // A box that nobody answers asks again after 30 s.
  assert.ok(performance.now() - since < 20_000, 'the first booking waited for the box to ask again');
  assert.equal((await readyz(whole.relay)).http, 200);
  await mosquitto.kill();
  await until('the broker missed', async () => (await readyz(whole.relay)).what.includes('broker'), 20_000);
  assert.deepEqual(await readyz(whole.relay), { http: 503, what: ['broker'] });
  assert.equal(await alive(whole.relay), 200, 'to restart it would mend nothing');
  await mosquitto.start();
  await until('readiness', async () => (await readyz(whole.relay)).http === 200, 40_000);
  await postgres.kill();
  await until('the database missed', async () => (await readyz(whole.relay)).what.includes('store'), 20_000);
  assert.equal(await alive(whole.relay), 200);
  await postgres.start();
  await until('readiness', async () => (await readyz(whole.relay)).http === 200, 40_000);
});

test('a second copy on one PostgreSQL, whose brokers are inside, is refused with the way out, and starts when the first has died', {
  skip: noPostgres,
}, async t => {
  const postgres = await startPostgres();
  t.after(() => postgres.stop());
  const url = await postgres.database();
  const [one, two] = [new RelayRig({ store: { url } }), new RelayRig({ store: { url } })];
  for (const rig of [one, two]) t.after(() => rig.dispose());
  await one.start();
  two.configure({ store: { url }, secrets: { keyFile: join(one.data, 'at-rest.key') } });
  await assert.rejects(two.start(), /exit 1:[\s\S]*copy-refused[\s\S]*section broker of relay\.yaml/);
  await one.stop('SIGKILL');
  await two.start();
  assert.equal((await readyz(two)).http, 200);
});

test('on a full disk the relay is alive and not ready, and ready again when there is room', async t => {
  const rig = new RelayRig();
  let mounted = false;
  // In this order: a folder on which something is mounted cannot be removed.
  t.after(async () => {
    if (mounted) execFileSync('umount', ['-l', rig.data]);
    await rig.dispose();
  });
  mkdirSync(rig.data, { mode: 0o700 });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', rig.data], { stdio: 'ignore' });
    mounted = true;
  } catch {
    t.skip('no small disk may be mounted here (needs root and CAP_SYS_ADMIN)');
    return;
  }
  await rig.start();
  assert.deepEqual(await readyz(rig), { http: 200, what: [] });
  fill(join(rig.data, 'fill'));
  await until('the disk to refuse', async () => (await readyz(rig)).http === 503, 20_000);
  assert.deepEqual((await readyz(rig)).what, ['store']);
  assert.equal(await alive(rig), 200);
  rmSync(join(rig.data, 'fill'));
  await until('room', async () => (await readyz(rig)).http === 200, 20_000);
});

function fill(path: string): void {
  const file = openSync(path, 'a');
  const block = Buffer.alloc(4_096);
  try {
    for (;;) writeSync(file, block);
  } catch {
    // It is full.
  } finally {
    closeSync(file);
  }
}
