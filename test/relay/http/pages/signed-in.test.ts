/** The pages on a clock that a test moves: the password is asked for again, sessions end, the cookie is what it should be. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownPath } from '../../../../src/relay/http/pages/prove-path.ts';
import { hourMs } from '../../domain/house.ts';
import { onSqliteOrBoth } from '../../stores.ts';
import { ada, minuteMs, password, signIn, visitor } from './visitor.ts';

onSqliteOrBoth('who is signed in', source => {
  test('is asked for the password again before people are changed, ten minutes on, and comes back', async () => {
    const at = await visitor(source);
    assert.equal((await signIn(at)).location, '/admin');
    at.house.nowMs += 10 * minuteMs - 1;
    assert.equal((await at.get('/admin/people/invite')).status, 200);
    at.house.nowMs += 1;
    assert.equal((await at.get('/admin/people')).status, 200, 'looking is not asked for');
    const asked = '/admin/prove?back=%2Fadmin%2Fpeople%2Finvite';
    assert.equal((await at.get('/admin/people/invite')).location, asked);
    const ben = { name: 'Ben', email: 'ben@example.org', role: 'operator', language: 'nl' };
    assert.equal((await at.post('/admin/people/invite', ben)).location, asked);
    assert.equal((await at.house.store.db.selectFrom('person').select('id').execute()).length, 1);
    assert.match((await at.get(asked)).text, /name="back" value="\/admin\/people\/invite"/);
    const wrong = await at.post('/admin/prove', {
      back: '/admin/people/invite',
      password: 'not that, no, no',
    });
    assert.deepEqual([wrong.status, /That is not it/.test(wrong.text)], [403, true]);
    assert.equal((await at.get('/admin/people/invite')).location, asked);
    const right = await at.post('/admin/prove', { back: '/admin/people/invite', password });
    assert.equal(right.location, '/admin/people/invite');
    const made = await at.post('/admin/people/invite', ben);
    assert.match(made.text, /http:\/\/relay\.example\/admin\/in\/[\w-]{32}</);
    assert.match(made.text, /No mail was sent/);
  });

  test('is led back to a page of ours only', async () => {
    const at = await visitor(source);
    await signIn(at);
    for (const back of [
      'https://evil.example/admin',
      '//evil.example',
      '/admin//evil',
      '/admin/../x',
      '/adminx',
      '',
    ])
      assert.equal((await at.post('/admin/prove', { back, password })).location, '/admin', back);
    assert.equal(ownPath('/admin/people/per_1'), '/admin/people/per_1');
  });

  test('is out half a day after the last click, and as long as they click in', async () => {
    const at = await visitor(source);
    await signIn(at);
    for (let clicks = 0; clicks < 3; clicks += 1) {
      at.house.nowMs += 11 * hourMs;
      assert.equal((await at.get('/admin/sessions')).status, 200);
      // The use is noted beside the answer.
      await at.house.store.write(async () => {});
    }
    at.house.nowMs += 12 * hourMs;
    assert.equal((await at.get('/admin/sessions')).location, '/admin/sign-in');
  });

  test('has a cookie that goes only by https where the relay is reached by it', async () => {
    const at = await visitor(source, 'https://relay.example');
    await signIn(at);
    assert.match(
      at.setCookie(),
      /^smartbox_admin=[\w-]{43}; Path=\/admin; Max-Age=\d+; HttpOnly; SameSite=Strict; Secure$/,
    );
    const rows = await at.house.store.db.selectFrom('session').selectAll().execute();
    const secret = /=([\w-]{43});/.exec(at.setCookie())?.[1] ?? '';
    assert.ok(secret !== '' && !JSON.stringify(rows).includes(secret), 'its hash alone is kept');
  });

  test('guesses ten times, and waits a minute', async () => {
    const at = await visitor(source);
    await signIn(at);
    const wrong = { email: ada.email, password: 'not that, no, no' };
    const statuses = new Set<number>();
    for (let tries = 0; tries < 11; tries += 1) statuses.add((await at.post('/admin/sign-in', wrong)).status);
    assert.deepEqual([...statuses], [403, 429]);
    at.house.nowMs += minuteMs;
    assert.equal((await signIn(at)).location, '/admin');
  });
});
