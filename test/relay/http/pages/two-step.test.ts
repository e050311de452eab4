/** Signing in in two steps, with an app that is made here: set up, asked for, used once, taken off. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { listAudit } from '../../../../src/relay/domain/audit.ts';
import { newPersonLink } from '../../../../src/relay/domain/person-links.ts';
import { removeSecondFactor } from '../../../../src/relay/domain/second-factor.ts';
import { onSqliteOrBoth } from '../../stores.ts';
import { ada, minuteMs, password, signIn, type Visitor, visitor } from './visitor.ts';

/** As telephones have it; written apart from ours, by RFC 4648, 4226 and 6238. */
function digitsOf(secret: string, ms: number): string {
  const bits = [...secret].reduce(
    (all, letter) => all * 32n + BigInt('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter)),
    0n,
  );
  const key = Buffer.from(bits.toString(16).padStart(40, '0'), 'hex');
  const counter = BigInt(Math.floor(ms / 30_000))
    .toString(16)
    .padStart(16, '0');
  const hash = createHmac('sha1', key).update(Buffer.from(counter, 'hex')).digest();
  const from = Number(BigInt(`0x${hash.toString('hex')}`) & 15n);
  const number = (hash.readUInt32BE(from) % 2_147_483_648) % 1_000_000;
  return `${number}`.padStart(6, '0');
}

const twoStep = '/admin/two-step';
const secretIn = (text: string): string =>
  (/<code class="secret">([A-Z2-7 ]+)</.exec(text)?.[1] ?? '').replaceAll(' ', '');
const codesIn = (text: string): readonly string[] =>
  [...text.matchAll(/<code>(\w{5}-\w{5})<\/code>/g)].map(([, code = '']) => code);

interface SetUp {
  readonly at: Visitor;
  readonly secret: string;
  readonly codes: readonly string[];
  /** Of now. */
  readonly digits: () => string;
}

async function setUp(at: Visitor): Promise<SetUp> {
  await signIn(at);
  assert.equal((await at.post(twoStep, { deed: 'begin' })).location, twoStep);
  const page = (await at.get(twoStep)).text;
  const secret = secretIn(page);
  assert.match(secret, /^[A-Z2-7]{32}$/);
  assert.match(page, /<svg class="qr" role="img"/);
  const digits = (): string => digitsOf(secret, at.house.nowMs);
  const done = await at.post(twoStep, { deed: 'confirm', code: digits() });
  const codes = codesIn(done.text);
  assert.equal(codes.length, 10);
  return { at, secret, codes, digits };
}

const tried = async (at: Visitor, code: string): Promise<string> => {
  const { status, location } = await at.post('/admin/sign-in', { email: ada.email, password, code });
  return `${status} ${location}`.trim();
};

onSqliteOrBoth('the second step', source => {
  test('counts once digits were typed; until then the password alone lets in', async () => {
    const at = await visitor(source);
    await signIn(at);
    await at.post(twoStep, { deed: 'begin' });
    assert.equal((await signIn(at)).location, '/admin');
    const wrong = await at.post(twoStep, { deed: 'confirm', code: '000000' });
    assert.match(wrong.text, /not the digits of now/);
    const page = (await at.get(twoStep)).text;
    const first = secretIn(page);
    await at.post(twoStep, { deed: 'begin' });
    assert.notEqual(secretIn((await at.get(twoStep)).text), first, 'another secret voids the one before');
    assert.match(
      (await at.post(twoStep, { deed: 'confirm', code: digitsOf(first, at.house.nowMs) })).text,
      /not the digits/,
    );
    assert.equal((await signIn(at)).location, '/admin');
  });

  test('a form that is sent twice leads to the page, which says how it stands', async () => {
    const { at, codes, digits } = await setUp(await visitor(source));
    for (const deed of ['confirm', 'begin'])
      assert.equal((await at.post(twoStep, { deed, code: digits() })).location, twoStep, deed);
    assert.match((await at.get(twoStep)).text, /10 recovery codes are left/);
    for (const time of ['once', 'twice'])
      assert.equal((await at.post(twoStep, { deed: 'off' })).location, twoStep, time);
    assert.equal((await at.post(twoStep, { deed: 'fresh' })).location, twoStep);
    assert.equal(codes.length, 10);
  });

  test('is asked for at the door, with the same words for all that is wrong', async () => {
    const { at, digits } = await setUp(await visitor(source));
    await at.post('/admin/sign-out');
    at.house.nowMs += minuteMs;
    const answers = await Promise.all([
      at.post('/admin/sign-in', { email: ada.email, password, code: '' }),
      at.post('/admin/sign-in', { email: ada.email, password, code: '123456' }),
      at.post('/admin/sign-in', { email: ada.email, password: 'not that, no, no', code: digits() }),
    ]);
    assert.deepEqual(new Set(answers.map(each => each.status)), new Set([403]));
    assert.equal(new Set(answers.map(each => each.text)).size, 1);
    assert.equal(await tried(at, digits()), '303 /admin');
  });

  test('digits count once, in the order of time', async () => {
    const { at, secret, digits } = await setUp(await visitor(source));
    assert.equal(await tried(at, digits()), '403', 'they were used to set it up');
    at.house.nowMs += minuteMs;
    const now = digits();
    const both = await Promise.all([tried(at, now), tried(at, now)]);
    assert.deepEqual(both.toSorted(), ['303 /admin', '403'], 'also where two come at one time');
    assert.equal(await tried(at, digitsOf(secret, at.house.nowMs - 30_000)), '403', 'nor those before them');
    assert.equal(await tried(at, digitsOf(secret, at.house.nowMs + 30_000)), '303 /admin');
  });

  test('a recovery code lets in once; ten new ones void those before', async () => {
    const { at, codes, digits } = await setUp(await visitor(source));
    const [one = '', two = '', three = ''] = codes;
    assert.equal(await tried(at, one.toUpperCase().replace('-', ' ')), '303 /admin');
    assert.equal(await tried(at, one), '403');
    assert.match((await at.get(twoStep)).text, /9 recovery codes are left/);
    at.house.nowMs += minuteMs;
    const fresh = codesIn((await at.post(twoStep, { deed: 'fresh' })).text);
    assert.equal(new Set([...fresh, ...codes]).size, 20);
    assert.equal(await tried(at, two), '403');
    assert.equal(await tried(at, fresh[0] ?? ''), '303 /admin');
    const rows = await at.house.store.db.selectFrom('recovery_code').selectAll().execute();
    const factor = await at.house.store.db.selectFrom('second_factor').selectAll().execute();
    const kept = JSON.stringify([rows, factor]);
    for (const secret of [...codes, ...fresh, three, digits()])
      assert.ok(!kept.includes(secret), 'hashes alone');
  });

  test('proves that it is still them, where the password alone does not any more', async () => {
    const { at, digits, secret } = await setUp(await visitor(source));
    at.house.nowMs += 10 * minuteMs;
    const asked = await at.post(twoStep, { deed: 'off' });
    assert.match(asked.text, /action="\/admin\/prove"/);
    assert.match(asked.text, /name="code"/);
    assert.doesNotMatch(asked.text, /name="password"/);
    const back = twoStep;
    assert.equal((await at.post('/admin/prove', { back, password })).status, 403);
    const now = digits();
    assert.equal((await at.post('/admin/prove', { back, code: now })).location, twoStep);
    assert.equal(
      (await at.post('/admin/prove', { back, code: now })).status,
      403,
      'they count once here too',
    );
    assert.equal((await at.post(twoStep, { deed: 'off' })).location, twoStep);
    assert.match((await at.get(twoStep)).text, /Set it up/);
    assert.equal((await signIn(at)).location, '/admin');
    assert.ok(secret !== '');
  });

  test('a hundred wrong ones in a row, and digits count no more; a recovery code still does', async () => {
    const { at, codes, digits } = await setUp(await visitor(source));
    await at.house.store.write(tx => tx.updateTable('second_factor').set({ wrong: 99 }).execute());
    at.house.nowMs += minuteMs;
    assert.equal(await tried(at, '000000'), '403');
    await at.house.store.write(async () => {});
    assert.equal(await tried(at, digits()), '403');
    assert.equal(await tried(at, codes[0] ?? ''), '303 /admin');
    assert.equal(await tried(at, digits()), '303 /admin', 'they begin anew');
  });

  test('another password by a link does not go round it', async () => {
    const { at, digits } = await setUp(await visitor(source));
    const { house } = at;
    const [row] = await house.store.db.selectFrom('person').selectAll().execute();
    assert.ok(row !== undefined);
    const { secret } = await house.act(c => newPersonLink(c, row));
    await at.post('/admin/sign-out');
    const chosen = await at.post(`/admin/in/${secret}`, { password: 'seven brown vans more' });
    assert.equal(chosen.location, '/admin/sign-in');
    assert.equal((await at.get('/admin')).location, '/admin/sign-in');
    at.house.nowMs += minuteMs;
    const right = { email: ada.email, password: 'seven brown vans more', code: digits() };
    assert.equal((await at.post('/admin/sign-in', right)).location, '/admin');
  });

  test('is taken off by an administrator, which stands in the audit; another account has none of it', async () => {
    const { at } = await setUp(await visitor(source));
    const { house } = at;
    const [row] = await house.store.db.selectFrom('person').selectAll().execute();
    const id = row?.id ?? '';
    assert.match((await at.get(`/admin/people/${id}`)).text, /two-step-off/);
    assert.equal((await at.post(`/admin/people/${id}/two-step-off`)).location, `/admin/people/${id}`);
    assert.doesNotMatch((await at.get(`/admin/people/${id}`)).text, /two-step-off/);
    assert.equal((await signIn(at)).location, '/admin');
    assert.equal((await at.post(`/admin/people/${id}/two-step-off`)).status, 404);
    await assert.rejects(
      house.act(c => removeSecondFactor(c, id), 'other'),
      { code: 'not-found' },
    );
    const deeds = await listAudit({ tx: house.store.db, account: 'main' }, { after: null, limit: 50 });
    const said = deeds.map(each => each.what).filter(what => /second|recovery/.test(what));
    const all = ['recovery-codes-made', 'second-factor-begun', 'second-factor-on', 'second-factor-removed'];
    assert.deepEqual(said.toSorted(), all);
  });
});
