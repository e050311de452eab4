/** The page of a played cabinet over HTTP: bytes at the other ends of real ptys, and nobody let in who is not of this machine. */
import assert from 'node:assert/strict';
import net from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openPty } from '../../scripts/rig/pty.ts';
import { until } from '../../scripts/rig/until.ts';
import { ask, does, form, get, mustBeValid } from './page-client.ts';
import { pageFor, portsFor, type Scene, sceneFor, van } from './scene.ts';

/** The box's end of its keypad and reader, as whoever plays it hears and fills them. */
async function wired(t: TestContext, scene: Scene) {
  const [keypad, reader, display] = await Promise.all(
    ['keypad', 'reader', 'display'].map(name => openPty(join(scene.dir, `${name}.front`))),
  );
  for (const port of [keypad, reader, display]) t.after(() => port?.close());
  return { keypad, reader, display };
}

test('digits and tags are bytes on the ports, the display is what was written to it, and the log has all of it', async t => {
  const scene = sceneFor(t);
  const ports = await wired(t, scene);
  const page = await pageFor(t, scene.spec);
  assert.equal(await does(page, { do: 'type', keys: '40*7#' }), 'Typed: 40*7#');
  await until('the keys', () => ports.keypad?.heard() === '40*7#');
  assert.match(await does(page, { do: 'type', keys: 'a' }), /^A keypad has digits/);
  assert.match(await does(page, { do: 'type', keys: '1'.repeat(21) }), /^A keypad has digits/);
  await does(page, { do: 'force', slot: '1' });
  await does(page, { do: 'pull', key: van.name });
  assert.equal(
    await does(page, { do: 'tap', key: van.name, reader: 'front' }),
    'Van 12 was held to reader front.',
  );
  await until('the tag', () => ports.reader?.heard() === '\x020F00A1B2011D\x03');
  assert.equal(
    await does(page, { do: 'tap', key: van.name, reader: 'back' }),
    'No reader back can be reached from here.',
  );
  ports.display?.write('\fDoor 1\r\nTake & go');
  await until('the display', async () => /<pre>Door 1\nTake &amp; go/.test(await get(page)));
  const shown = await get(page);
  for (const line of ['40*7#', '‹STX›0F00A1B2011D‹ETX›', '‹FF›Door 1‹CR›‹LF›Take &amp; go'])
    assert.ok(shown.includes(line), line);
  await mustBeValid(shown);
});

test('keys of a keypad that has others, and of one that takes lines', async t => {
  const scene = sceneFor(t);
  const { keypad } = await wired(t, scene);
  const other = await pageFor(t, { ...scene.spec, keypad: { ...scene.spec.keypad, enter: 13, clear: 27 } });
  await does(other, { do: 'type', keys: '1*2#' });
  await until('other bytes', () => keypad?.heard() === '1\x1b2\r');
  const lines = await pageFor(t, { ...scene.spec, keypad: { ...scene.spec.keypad, protocol: 'line' } });
  for (const keys of ['9*4', '07', '#']) await does(lines, { do: 'type', keys });
  await until('a line', () => keypad?.heard().endsWith('407\r\n') === true);
});

test('lid and supply are levels on their lines, to where the button says, whoever else writes there', async t => {
  const scene = sceneFor(t);
  const page = await pageFor(t, scene.spec);
  const first = await get(page);
  assert.match(first, /Lid \(tamper contact\): shut</);
  assert.match(first, /Supply: good</);
  const lift = { do: 'alarm', alarm: 'tamper', to: 'on' };
  for (let sent = 0; sent < 2; sent += 1) {
    assert.match(await does(page, lift), /^You lifted the lid/);
    assert.equal(scene.level('tamper', 1), '0', 'open at a low level, however often it is sent');
  }
  assert.match(await does(page, { do: 'alarm', alarm: 'powerLow', to: 'on' }), /^The supply is low/);
  assert.equal(scene.level('power', 1), '1');
  const both = await get(page);
  assert.match(both, /Lid \(tamper contact\): open<.*Shut the lid<.*Supply: low<.*Bring the supply back</s);
  await mustBeValid(both);
  scene.set('tamper', 1, 1);
  assert.match(await get(page), /Lid \(tamper contact\): shut<.*Lift the lid</s);
  for (const wrong of [{ alarm: 'siren', to: 'on' }, { alarm: 'tamper', to: 'x' }, { alarm: 'tamper' }]) {
    const body = new URLSearchParams({ do: 'alarm', ...wrong }).toString();
    assert.equal((await ask(page.url, 'POST', form, body)).status, 400);
  }
  const without = await pageFor(t, sceneFor(t, { alarms: [] }).spec);
  assert.doesNotMatch(await get(without), /Lid and supply/);
});

test('without the other end of a port the page says that it is somebody else’s', async t => {
  const page = await pageFor(t, sceneFor(t).spec);
  const shown = await get(page);
  assert.match(shown, /This keypad is somebody else’s/);
  assert.ok(!shown.includes('Reader front'));
  assert.match(await does(page, { do: 'type', keys: '1' }), /somebody else’s/);
  await mustBeValid(shown);
});

test('it answers to names of this machine alone', async t => {
  const scene = sceneFor(t);
  const page = await pageFor(t, scene.spec);
  const { host } = new URL(page.url);
  const port = host.split(':')[1] ?? '';
  for (const name of [`localhost:${port}`, `[::1]:${port}`, host, 'localhost'])
    assert.equal((await ask(page.url, 'GET', { host: name })).status, 200, name);
  for (const name of [
    'evil.example',
    `localhost.evil.example:${port}`,
    '127.0.0.1.evil.example',
    `0.0.0.0:${port}`,
  ])
    for (const method of ['GET', 'POST'])
      assert.equal(
        (await ask(page.url, method, { ...form, host: name }, 'do=force&slot=1')).status,
        421,
        name,
      );
});

test('it takes forms of its own page alone, and short ones', async t => {
  const scene = sceneFor(t);
  const page = await pageFor(t, scene.spec);
  const tries: readonly (readonly [Readonly<Record<string, string>>, string, number])[] = [
    [{ ...form, 'sec-fetch-site': 'cross-site' }, 'do=force&slot=1', 403],
    [{ ...form, 'sec-fetch-site': 'same-site' }, 'do=force&slot=1', 403],
    [{ ...form, origin: 'http://evil.example' }, 'do=force&slot=1', 403],
    [{ ...form, origin: 'null' }, 'do=force&slot=1', 403],
    [{ 'content-type': 'text/plain' }, 'do=force&slot=1', 400],
    [form, `do=force&slot=1&more=${'x'.repeat(3_000)}`, 400],
    [form, 'do=unlock&slot=1', 400],
    [form, '', 400],
  ];
  for (const [headers, body, status] of tries)
    assert.equal((await ask(page.url, 'POST', headers, body)).status, status, JSON.stringify(headers) + body);
  assert.equal(scene.level('door', 1), '0');
  assert.equal(
    (
      await ask(
        page.url,
        'POST',
        { ...form, origin: page.url, 'sec-fetch-site': 'same-origin' },
        'do=force&slot=1',
      )
    ).status,
    303,
  );
  assert.equal(scene.level('door', 1), '1');
  assert.equal((await ask(`${page.url}/../etc/passwd`, 'GET', {})).status, 404);
  assert.equal((await ask(page.url, 'DELETE', {})).status, 405);
});

test('its policy lets nothing in but its own style and script; what has not changed is not sent again', async t => {
  const page = await pageFor(t, sceneFor(t).spec);
  const { headers } = await ask(page.url, 'GET', {});
  const policy = String(headers['content-security-policy']);
  assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self';/);
  assert.match(policy, /frame-ancestors 'none'/);
  const again = await ask(page.url, 'GET', { 'if-none-match': String(headers.etag) });
  assert.deepEqual([again.status, again.text], [304, '']);
  for (const path of ['/cabinet.css', '/cabinet.js'])
    assert.ok((await ask(page.url + path, 'GET', {})).text.length > 500, path);
});

test('names that are markup stay names, and Dutch is Dutch', async t => {
  const name = '<img src=x onerror=alert(1)>"\'&';
  const scene = sceneFor(t, {
    language: 'nl',
    name,
    keys: [{ name, slot: 1, tag: van.tag }],
    restartedBy: name,
  });
  const page = await pageFor(t, scene.spec);
  await does(page, { do: 'force', slot: '1' });
  assert.ok((await does(page, { do: 'pull', key: name })).endsWith('is in uw hand.'));
  const shown = await get(page);
  assert.ok(!shown.includes('<img'));
  assert.match(shown, /<html lang="nl">/);
  assert.match(shown, /Deur 1.*open.*leeg/);
  await mustBeValid(shown);
});

test('the power goes once the answer is out, which says who brings it back', async t => {
  const page = await pageFor(t, sceneFor(t, { restartedBy: 'The demo' }).spec);
  const { status, text } = await ask(page.url, 'POST', form, 'do=power');
  assert.equal(status, 200);
  assert.match(text, /No power.*The demo starts it again\./s);
  await mustBeValid(text);
  await until('the power to be cut', () => page.isOff());
});

test('a port that is taken is said, and is no reason to fall', async t => {
  const scene = sceneFor(t);
  await portsFor(t, scene);
  const taken = net.createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => taken.once('listening', resolve));
  t.after(() => taken.close());
  const { port } = taken.address() as net.AddressInfo;
  const { openFront } = await import('../../src/cabinet/front.ts');
  const said: object[] = [];
  const warn = (fields: object): void => void said.push(fields);
  const nothing = (): void => {};
  const close = await openFront(
    { ...scene.spec, port },
    { log: { debug: nothing, info: nothing, warn, error: nothing }, cutPower: nothing },
  );
  await close();
  assert.deepEqual(said, [{ port, reason: 'EADDRINUSE' }]);
});
