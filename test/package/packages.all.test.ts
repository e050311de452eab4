/** `npm run package`: what is inside, that it is the same each time, that Debian is content, that it runs where it is installed. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import pg from 'pg';
import { machineOf } from '../../scripts/package/native-files.ts';
import { noPostgres, startPostgres } from '../../scripts/rig/postgres-server.ts';
import { type Bill, packagesIn, schemaOfBills } from './bill.ts';
import {
  build,
  debOf,
  discard,
  lacking,
  root,
  run,
  temporary,
  toBuild,
  unpacked,
  withoutNode,
} from './built.ts';
import { configs, linked, startsAndEnds } from './daemon.ts';
import { installing } from './installing.ts';
import { live } from './living.ts';
import { inSystem, noSystem } from './whole-system.ts';

const skip = lacking(toBuild) ?? false;
const system = (await noSystem()) ?? false;
/** Folders of further systems to install in, as `debootstrap --variant=minbase trixie FOLDER` makes one. */
const others = process.env.SMARTBOX_SYSTEMS?.split(':') ?? [];
const names = ['smartbox', 'smartbox-relay'] as const;
const arches = ['amd64', 'arm64'] as const;
const machines = { amd64: 62, arm64: 183 } as const;
/** As `systemd-analyze security` counts what a service could do, from 0 to 10. */
const exposureMax = { smartbox: 1.4, 'smartbox-relay': 1.6 } as const;
const sha512 = (integrity: string): string =>
  Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex');

/** `SMARTBOX_DEBS=FOLDER` tests packages that are there already. */
describe('packages', { skip, timeout: 3_000_000, concurrency: 2 }, () => {
  let debs = '';
  const trees = new Map<string, string>();
  const treeOf = (name: string, arch: string): string => trees.get(`${name} ${arch}`) ?? '';

  before(async () => {
    debs = process.env.SMARTBOX_DEBS ?? temporary('debs');
    if (process.env.SMARTBOX_DEBS === undefined) await build(debs);
    for (const name of names)
      for (const arch of arches) trees.set(`${name} ${arch}`, unpacked(debOf(debs, name, arch)));
  });
  after(() => discard(...(process.env.SMARTBOX_DEBS === undefined ? [debs] : []), ...trees.values()));

  test('every compiled file is for the processor of its package, and Node is among them', () => {
    for (const name of names)
      for (const arch of arches) {
        const tree = treeOf(name, arch);
        const found = readdirSync(tree, { recursive: true, encoding: 'utf8' })
          .filter(
            path => path.includes('/lib/smartbox') && !path.endsWith('.js') && existsSync(join(tree, path)),
          )
          .flatMap(path => {
            try {
              const machine = machineOf(join(tree, path));
              return machine === null ? [] : [{ path, machine }];
            } catch {
              return [];
            }
          });
        assert.ok(found.some(({ path }) => path === `usr/lib/${name}/node`));
        assert.equal(found.filter(({ path }) => path.endsWith('.node')).length, name === 'smartbox' ? 3 : 1);
        for (const { path, machine } of found) assert.equal(machine, machines[arch], `${arch} ${path}`);
      }
  });

  test('what is inside is the lock file’s, with its licences in full', () => {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
    const isBill = schemaOfBills();
    for (const name of names) {
      const doc = join(treeOf(name, 'arm64'), 'usr/share/doc', name);
      const bill: unknown = JSON.parse(readFileSync(join(doc, 'sbom.cdx.json'), 'utf8'));
      assert.ok(isBill(bill), JSON.stringify(isBill.errors));
      const { components, dependencies } = bill as Bill;
      const licences = gunzipSync(readFileSync(join(doc, 'third-party-licences.gz'))).toString();
      const [node, ...packages] = components;
      assert.equal(`${node?.name} ${node?.version}`, 'node 24.21.0');
      assert.ok(licences.includes('Node.js 24.21.0'));
      for (const each of packages) {
        const locked = lock[each['bom-ref']];
        assert.equal(each.version, locked.version);
        assert.equal(each.hashes?.[0]?.content, sha512(locked.integrity));
        assert.ok(licences.includes(`\n${each.name} ${each.version} (`), each.name);
      }
      const inside = new Set(packages.map(each => each.name));
      // What is compiled leaves no note in a program.
      const compiled =
        name === 'smartbox'
          ? ['better-sqlite3', '@serialport/bindings-cpp', 'epoll', 'nan']
          : ['better-sqlite3', 'htmx.org'];
      const programs = join(treeOf(name, 'arm64'), 'usr/lib', name);
      assert.deepEqual(inside, new Set([...packagesIn(programs), ...compiled, 'node-addon-api']));
      assert.ok(licences.includes('disclaims copyright'), 'SQLite, which is compiled into a package');
      assert.ok(
        licences.includes('Apache License'),
        'the data of phone numbers, which a package took from others',
      );
      assert.ok(node?.components?.some(part => part.name === 'openssl'));
      assert.ok(!inside.has('typescript') && !inside.has('esbuild'));
      const refs = new Set([name, ...components.map(each => each['bom-ref'])]);
      assert.deepEqual(new Set(dependencies.map(each => each.ref)), refs);
      for (const { dependsOn = [] } of dependencies)
        for (const ref of dependsOn) assert.ok(refs.has(ref), ref);
    }
  });

  // First, since these two wait for most of their time, and others run beside them.
  test('a real systemd starts it once it is configured, and again whatever happens to it', {
    skip: system,
  }, async t => {
    const { told, said } = await live(names.map(name => debOf(debs, name, 'amd64')));
    const { exposed, relayexposed, ...lived } = Object.fromEntries(told);
    t.diagnostic(`systemd-analyze security of the running units: box ${exposed}, relay ${relayexposed}`);
    assert.ok(Number(exposed) > 0 && Number(exposed) <= exposureMax.smartbox, said);
    assert.ok(Number(relayexposed) > 0 && Number(relayexposed) <= exposureMax['smartbox-relay'], said);
    assert.deepEqual(
      lived,
      {
        ...{ '': '', unconfigured: 'inactive success', started: 'active notify' },
        ...{
          caught: '0000000000000000',
          doctor: '1',
          frozen: 'started anew 1',
          killed: 'started anew',
          boot: '1',
        },
        ...{ upgraded: 'active', relay: 'active', hindered: '0', stopped: 'success' },
      },
      said,
    );
  });

  test('a system that installs it, upgrades it, removes it and purges it', {
    skip: system,
  }, async () => {
    for (const below of ['/', ...others]) {
      const { status, said } = await inSystem(
        names.map(name => debOf(debs, name, 'amd64')),
        installing,
        below,
      );
      assert.equal(status, 0, `${below}: ${said}`);
      assert.match(said, /done to the end/);
    }
  });

  const emulator = lacking({
    'qemu-aarch64-static': 'qemu-user-static',
    'aarch64-linux-gnu-g++': 'g++-aarch64-linux-gnu',
  });
  test('on an arm64 processor every native file loads, and the programs run', {
    skip: emulator ?? false,
  }, async () => {
    const emulated = (program: string, ...args: readonly string[]) =>
      run(['qemu-aarch64-static', '-L', '/usr/aarch64-linux-gnu', program, ...args]);
    for (const name of names) {
      const lib = join(treeOf(name, 'arm64'), 'usr/lib', name);
      const node = join(lib, 'node');
      const native = join(lib, 'app/native/arm64');
      for (const file of readdirSync(native)) {
        const { code, stdout, stderr } = await (file.endsWith('.node')
          ? emulated(
              node,
              '-e',
              'const m = { exports: {} }; process.dlopen(m, process.argv[1]); console.log(process.arch, typeof m.exports)',
              join(native, file),
            )
          : emulated(join(native, file), 'in,0,1,no-such-chip'));
        assert.equal(code, 0, `${file}: ${stderr}`);
        // Its guard may end it, since it has nothing to read, before it has told levels.
        assert.match(
          stdout,
          file.endsWith('.node') ? /^arm64 (?:object|function)$/m : /^line 0 19\n(?:levels 0 x\n)?$/,
        );
      }
      // As its unit starts the relay: a program that runs itself anew is more than an emulator can do.
      const flags = name === 'smartbox-relay' ? ['--max-semi-space-size=4'] : [];
      const { stdout, stderr } = await emulated(node, ...flags, join(lib, `${name}.js`), '--version');
      assert.match(stdout, /^\d+\.\d+\.\d+$/m, stderr);
    }
  });

  test('lintian has nothing to say but what is overridden, with its reason', {
    skip: lacking({ lintian: 'lintian' }) ?? false,
  }, async () => {
    // It looks for half a minute at each Node, and both packages have the very same.
    const [box, relay] = names.map(name =>
      readFileSync(join(treeOf(name, 'amd64'), 'usr/lib', name, 'node')),
    );
    assert.ok(box !== undefined && relay?.equals(box));
    const light = temporary('light');
    try {
      const files = [
        debOf(debs, 'smartbox', 'amd64'),
        withoutNode(
          debOf(debs, 'smartbox-relay', 'amd64'),
          'smartbox-relay',
          debOf(light, 'smartbox-relay', 'amd64'),
        ),
      ];
      const { code, stdout, stderr } = await run(['lintian', '--tag-display-limit', '0', ...files]);
      const complaints = stdout.split('\n').filter(line => /^[EW]:/.test(line));
      assert.deepEqual({ code, complaints }, { code: 0, complaints: [] }, stderr);
    } finally {
      discard(light);
    }
  });

  test('made again, elsewhere in time and under other habits, a package is the same to the byte', async () => {
    const again = temporary('again');
    try {
      await build(again, ['--only', 'smartbox', '--arch', 'arm64'], {
        TZ: 'Asia/Tokyo',
        LANG: 'C',
        HOME: again,
      });
      assert.ok(
        readFileSync(debOf(again, 'smartbox', 'arm64')).equals(
          readFileSync(debOf(debs, 'smartbox', 'arm64')),
        ),
      );
    } finally {
      discard(again);
    }
  });

  test('both daemons run from their folders as their units start them, and tell systemd', async t => {
    for (const name of names) {
      const tree = treeOf(name, 'amd64');
      await startsAndEnds(t, tree, name, configs[name]);
      assert.ok(!existsSync(join(tree, 'usr/lib', name, '.cache')), 'nothing but dpkg writes there');
    }
  });

  test('the same units start both daemons of a checkout', {
    skip: existsSync(join(root, 'dist')) ? false : 'nothing was built: npm run build',
  }, async t => {
    const tree = linked(root);
    t.after(() => discard(tree));
    for (const name of names) await startsAndEnds(t, tree, name, configs[name]);
  });

  test('the relay of the package keeps its books in a PostgreSQL', { skip: noPostgres }, async t => {
    const postgres = await startPostgres();
    t.after(() => postgres.stop());
    const url = await postgres.database();
    const store = `store: { url: "${url}" }\n`;
    await startsAndEnds(
      t,
      treeOf('smartbox-relay', 'amd64'),
      'smartbox-relay',
      folder => configs['smartbox-relay'](folder) + store,
    );
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rows } = await client
      .query('SELECT count(*)::int AS accounts FROM account')
      .finally(() => client.end());
    assert.deepEqual(rows, [{ accounts: 1 }]);
  });
});
