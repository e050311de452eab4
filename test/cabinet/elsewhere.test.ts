/** The cable of a played cabinet, and what the relay believes of its box. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import net from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { until } from '../../scripts/rig/until.ts';
import { does, get, mustBeValid } from './page-client.ts';
import { freePort, pageFor, sceneFor } from './scene.ts';

test('a cable that is cut breaks what is open and lets nothing through; back again it does, and the cut is kept', async t => {
  const far = net.createServer(socket => socket.pipe(socket)).listen(0, '127.0.0.1');
  await new Promise(resolve => far.once('listening', resolve));
  t.after(() => far.close());
  const { port: to } = far.address() as net.AddressInfo;
  const cable = { port: await freePort(), to: { host: '127.0.0.1', port: to } };
  const scene = sceneFor(t, { cable });
  const page = await pageFor(t, scene.spec);
  const says = (socket: net.Socket): Promise<string> =>
    new Promise(resolve => {
      socket.once('data', bytes => resolve(String(bytes)));
      socket.once('close', () => resolve('closed'));
      socket.once('error', () => {});
    });
  const first = net.connect(cable.port, '127.0.0.1');
  first.write('hello');
  assert.equal(await says(first), 'hello');
  const broken = says(first);
  assert.match(await does(page, { do: 'cut' }), /^The network cable is cut/);
  assert.equal(await broken, 'closed');
  assert.equal(await says(net.connect(cable.port, '127.0.0.1')), 'closed');
  assert.match(readFileSync(scene.spec.stateFile, 'utf8'), /"cable":\{"isIn":false,"cuts":1\}/);
  await does(page, { do: 'cut' });
  await does(page, { do: 'plug' });
  const second = net.connect(cable.port, '127.0.0.1');
  second.write('again');
  assert.equal(await says(second), 'again');
  second.destroy();
  assert.match(readFileSync(scene.spec.stateFile, 'utf8'), /"cable":\{"isIn":true,"cuts":1\}/);
});

/** A relay that says so of its box, and by whom it was asked. */
async function believing(t: TestContext) {
  const asked: string[] = [];
  const now = Date.now();
  const at = (ago: number): string => new Date(now - ago * 1_000).toISOString();
  let state = 'lost';
  const relay = createServer((call, answer) => {
    asked.push(`${call.headers.authorization} ${call.url}`);
    const box = {
      link: { state, since: at(34), heard: at(34) },
      sync: { waiting: false },
      journal: { seq: 7 },
    };
    const event = {
      seq: 7,
      type: 'key-taken',
      slot: 1,
      key: '<b>',
      at: at(60),
      relay: { box: 'x', heard: at(20) },
    };
    const soon = { ...event, seq: 6, type: 'new-type', relay: { box: 'x', heard: at(59) } };
    const refused = { ...soon, seq: 7, type: 'denied', reason: 'used', key: undefined };
    answer.end(
      JSON.stringify(
        call.url?.startsWith('/api/v1/events')
          ? { items: [event, soon, refused], next: null, last: null }
          : box,
      ),
    );
  }).listen(0, '127.0.0.1');
  await new Promise(resolve => relay.once('listening', resolve));
  t.after(() => relay.close());
  const { port } = relay.address() as net.AddressInfo;
  const becomes = (now: string): void => {
    state = now;
  };
  return { url: `http://127.0.0.1:${port}`, asked, becomes };
}

test('what the relay believes: asked with a token that the page never shows, its age, and what came late', async t => {
  const relay = await believing(t);
  const file = join(sceneFor(t).dir, 'asked.json');
  const page = await pageFor(t, sceneFor(t, { relay: file }).spec);
  assert.match(await get(page), /No relay is asked here/);
  writeFileSync(file, JSON.stringify({ url: relay.url, token: 'secret-token', box: 'depot' }));
  await until('the belief', async () => /out of reach/.test(await get(page)));
  const shown = await get(page);
  assert.match(shown, /Last word from it: 3[4-9] s ago/);
  assert.match(shown, /Key taken · Door 1 · &lt;b&gt;.*late by 40 s/s);
  assert.match(shown, /new-type .*at once/s);
  assert.match(shown, /Refused: code used already · Door 1</);
  assert.ok(!shown.includes('secret-token'));
  assert.deepEqual(
    new Set(relay.asked.map(each => each.split('?')[0])),
    new Set(['Bearer secret-token /api/v1/boxes/depot', 'Bearer secret-token /api/v1/events']),
  );
  await mustBeValid(shown);
  relay.becomes('nonsense');
  await until('what it cannot read', async () =>
    /The relay does not answer: its answer cannot be read/.test(await get(page)),
  );
});
