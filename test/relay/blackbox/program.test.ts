/** The program from outside: its first start, its verbs, how it ends and comes back. */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ada, FormBrowser, firstLinkIn } from '../../../scripts/rig/form-browser.ts';
import { programOf, Running } from '../../../scripts/rig/program.ts';
import { RelayRig, relayFor, textOf } from '../../../scripts/rig/relay-rig.ts';
import { serverWith } from '../messages/smtp-server.ts';

test('a link that was not used is void after the next start, which prints another', async t => {
  const rig = await relayFor(t);
  const old = firstLinkIn(rig.relay.stdout);
  await rig.stop();
  await rig.start();
  const browser = new FormBrowser(rig);
  assert.equal((await browser.post(old, ada)).status, 410);
  assert.equal((await browser.post(firstLinkIn(rig.relay.stdout), ada)).status, 303);
});

test('what was answered is there after SIGKILL, and the folder is nobody else’s', async t => {
  const rig = await relayFor(t);
  const token = await rig.token('admin');
  const made = await rig.ask('POST', '/api/v1/boxes', { token, body: { name: 'Depot A' } });
  assert.equal(made.status, 201);
  assert.match(textOf(made, 'claim'), /^[0-9a-z]{4}(-[0-9a-z]{4})+$/);
  await rig.stop('SIGKILL');
  assert.equal(statSync(rig.data).mode & 0o077, 0);
  await rig.start();
  const box = await rig.ask('GET', `/api/v1/boxes/${textOf(made, 'id')}`, { token });
  assert.equal(textOf(box, 'name'), 'Depot A');
});

test('a second relay on the same folder, and a taken port, are errors that say what to do', async t => {
  const rig = await relayFor(t);
  const second = await new Running([...programOf('smartbox-relay'), '--config', rig.configFile], {}).finished;
  assert.deepEqual([second.code, /data-in-use/.test(second.stderr)], [1, true]);
  const taken = net.createServer().listen(0, '127.0.0.1');
  t.after(() => taken.close());
  await new Promise(resolve => taken.once('listening', resolve));
  const { port } = taken.address() as net.AddressInfo;
  for (const key of ['http', 'mqtt']) {
    const other = new RelayRig({ [key]: { listen: `127.0.0.1:${port}` } });
    t.after(() => other.dispose());
    const { code, stderr } = await other.verb([]);
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`${key}\\.listen`));
  }
});

test('a folder in the place of a file, or a key without its folder, is said with a hint and no trace', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'smartbox-paths-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'passphrase'), 'correct horse battery staple');
  const backup = ['backup', join(folder, 'copy'), '--passphrase-file', join(folder, 'passphrase')];
  const keyless = new RelayRig({ secrets: { keyFile: join(folder, 'none', 'key') } });
  const blocked = new RelayRig({});
  for (const rig of [keyless, blocked]) t.after(() => rig.dispose());
  mkdirSync(join(blocked.data, 'relay.db'), { recursive: true });
  for (const [rig, args] of [
    [keyless, ['account', 'list']],
    [blocked, ['account', 'list']],
    [blocked, backup],
  ] as const) {
    const { code, stderr } = await rig.verb(args);
    assert.equal(code, 1, stderr);
    assert.match(stderr, /^smartbox-relay: .*\n?hint: .+\n$/, args.join(' '));
  }
});

test('every problem of a configuration is said, exit 2, for the relay and its verbs alike', async t => {
  const rig = new RelayRig({ http: { listen: 'nowhere', colour: 'red' }, mqtts: {} });
  t.after(() => rig.dispose());
  for (const args of [[], ['token', 'create', '--scope', 'admin']]) {
    const { code, stdout, stderr } = await rig.verb(args);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    for (const path of ['http.listen', 'http.colour', 'mqtts'])
      assert.match(stderr, new RegExp(`relay.yaml:\\d+: ${path}: `));
  }
  assert.equal(existsSync(rig.data), false);
});

const wrongWords: readonly (readonly [args: readonly string[], said: RegExp])[] = [
  [['tokens'], /no verb tokens – did you mean “token”/],
  [['bakcup', 'x'], /no verb bakcup – did you mean “backup”/],
  [['token', 'craete'], /no verb token craete – did you mean “token create”/],
  [['colour', 'red'], /no verb colour red \(usage\)/],
  [['token'], /token create, token list/],
  [['token', 'create'], /needs --scope/],
  [['token', 'create', '--scope', 'everything'], /no scope everything/],
  [['token', 'create', '--colour', 'red'], /no flag --colour/],
  [['backup'], /needs more/],
  [['broker-config', 'rabbit'], /knows mosquitto/],
  [['restore', 'a', 'b'], /too many words/],
  [['doctor', '--mail-to', 'boss'], /--mail-to is no mail address/],
  [['doctor', '--mail-to', 'a@example.org', '--mail-to', 'b@example.org'], /--mail-to is given twice/],
  [['doctor', '--sms-to', '0612345678'], /--sms-to is no phone number: it has no country code/],
  [['backup', 'a', '--mail-to', 'a@example.org'], /backup takes no --mail-to/],
];

test('a wrong command line is exit 2 and a hint, and does nothing', async t => {
  const rig = new RelayRig();
  t.after(() => rig.dispose());
  await Promise.all(
    wrongWords.map(async ([args, said]) => {
      const { code, stdout, stderr } = await rig.verb(args);
      assert.deepEqual([code, stdout], [2, ''], args.join(' '));
      assert.match(stderr, said);
    }),
  );
  assert.equal(existsSync(rig.data), false);
});

test('--help after a verb is that verb’s own, and asks for nothing else', async t => {
  const rig = new RelayRig();
  t.after(() => rig.dispose());
  const helped = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await rig.verb(args);
    assert.deepEqual([code, stderr], [0, ''], args.join(' '));
    return stdout;
  };
  assert.match(await helped('backup', '--help'), /^usage: smartbox-relay backup FILE [^\n]+\n(?!.*restore)/s);
  assert.match(await helped('token', 'create', '-h'), /^usage: smartbox-relay token create(?!.*revoke)/s);
  assert.match(await helped('token', '--help'), /token create.*token list.*token revoke/s);
  assert.match(await helped('--help'), /setup.*backup.*restore/s);
  assert.equal(await helped('help'), await helped('--help'));
  assert.equal(await helped('help', 'backup'), await helped('backup', '--help'));
  assert.equal((await rig.verb(['tokens', '--help'])).code, 2);
});

test('a backup writes over nothing unless it is told to', async t => {
  const rig = await relayFor(t);
  const phrase = join(rig.dir, 'phrase');
  writeFileSync(phrase, 'correct horse battery staple', { mode: 0o600 });
  const file = join(rig.dir, 'copy');
  const backup = (...more: readonly string[]) =>
    rig.verb(['backup', file, '--passphrase-file', phrase, ...more]);
  for (const there of ['yesterday', '']) {
    writeFileSync(file, there);
    const { code, stderr } = await backup();
    assert.deepEqual([code, /is there already.*--replace/s.test(stderr)], [1, true], stderr);
    assert.equal(readFileSync(file, 'utf8'), there);
  }
  rmSync(file);
  symlinkSync(join(rig.dir, 'nowhere'), file);
  assert.equal((await backup()).code, 1, 'a link that leads nowhere is there too');
  assert.equal((await backup('--replace')).code, 0);
  assert.ok(statSync(file).size > 1_000);
  assert.equal(existsSync(join(rig.dir, 'nowhere')), false);
});

test('a browser at the root comes to the pages, a program is told that nothing is there', async t => {
  const rig = await relayFor(t);
  const asks = (accept: string) => rig.ask('GET', '/', { headers: { accept } });
  const page = await asks('text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8');
  assert.deepEqual([page.status, page.headers.get('location')], [303, '/admin']);
  for (const accept of ['*/*', 'application/json']) {
    const answer = await asks(accept);
    assert.deepEqual([answer.status, answer.type.split(';')[0]], [404, 'application/problem+json']);
  }
  const browser = { headers: { accept: 'text/html,*/*;q=0.8' } };
  const lost = await rig.ask('GET', '/amdin', browser);
  assert.deepEqual([lost.status, lost.type.split(';')[0]], [404, 'text/html']);
  assert.match(lost.text, /href="\/admin"/);
  assert.match(
    (await rig.ask('GET', '/api/v1/boxen', browser)).type,
    /problem\+json/,
    'the API is for programs',
  );
  for (const path of ['/healthz', '/readyz', '/metrics']) {
    const { status, text } = await rig.ask('HEAD', path);
    assert.deepEqual([status, text], [200, ''], path);
  }
});

test('setup writes a relay.yaml that the relay takes, and leaves one that is there', async t => {
  const dir = mkdtempSync(join(tmpdir(), 'smartbox-relay-setup-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const file = join(dir, 'relay.yaml');
  const run = (...args: readonly string[]) =>
    new Running([...programOf('smartbox-relay'), ...args, '--config', file, '--data', join(dir, 'data')], {})
      .finished;
  assert.equal((await run('setup')).code, 0);
  const checked = await run('doctor');
  assert.match(checked.stdout, /good: the sqlite database opens/);
  writeFileSync(file, 'log: warn\n');
  assert.match((await run('setup')).stderr, /stays as it is/);
});

test('doctor sends one test mail where it is asked to, and else says that it tried nothing', async t => {
  const smtp = await serverWith({ disabledCommands: ['STARTTLS', 'AUTH'] });
  t.after(smtp.close);
  const mail = { url: `smtp://127.0.0.1:${smtp.port}`, from: 'Keys <keys@example.org>' };
  const rig = new RelayRig({ mail });
  t.after(() => rig.dispose());
  const quiet = await rig.verb(['doctor']);
  assert.match(quiet.stdout, /^note: mail was not tried\n {2}--mail-to ADDRESS.*^note: SMS is not set up/ms);
  assert.deepEqual([quiet.code, smtp.got.length], [0, 0]);
  const good = await rig.verb(['doctor', '--mail-to', 'Boss@Example.org']);
  assert.match(good.stdout, /^good: the mail server took the test message$/m);
  assert.deepEqual([good.code, smtp.got.map(({ to }) => to)], [0, [['boss@example.org']]]);
  const bad = await rig.verb(['doctor', '--sms-to', '+31612345678']);
  assert.match(bad.stdout, /^bad: SMS is not set up: relay\.yaml has no section sms, so no test message/m);
  assert.deepEqual([bad.code, smtp.got.length], [1, 1]);
});

test('a token that is revoked opens nothing any more', async t => {
  const rig = await relayFor(t);
  const token = await rig.token('boxes:read');
  assert.equal((await rig.ask('GET', '/api/v1/boxes', { token })).status, 200);
  const [id = ''] = (await rig.must(['token', 'list'])).split('\t');
  await rig.must(['token', 'revoke', id]);
  assert.equal((await rig.ask('GET', '/api/v1/boxes', { token })).status, 401);
});

test('a backup of no database, and the restoring of a folder, are refused with what to do', async t => {
  const rig = new RelayRig();
  t.after(() => rig.dispose());
  const passphrase = ['--passphrase-file', '-'];
  const copy = join(rig.dir, 'copy');
  const made = await rig.verb(['backup', copy, ...passphrase], 'a long passphrase\n');
  assert.deepEqual([made.code, existsSync(copy), existsSync(rig.data)], [1, false, false]);
  assert.match(made.stderr, /there is no database .*\n.*--config/);
  const back = await rig.verb(['restore', rig.dir, ...passphrase], 'a long passphrase\n');
  assert.equal(back.code, 1);
  assert.match(back.stderr, /cannot read .*EISDIR.*\n.*Name the backup/);
});
