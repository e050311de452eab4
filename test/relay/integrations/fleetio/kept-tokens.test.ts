/** Tokens that are kept here go to the server that they were given for, whatever somebody with a token of ours asks. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { items, type Rig, rigInFolder, type Said } from './rig.ts';

let rig: Rig;
let thief: Server;
let elsewhere = '';
let id = '';
const heard: IncomingMessage[] = [];

before(async () => {
  rig = await rigInFolder();
  thief = createServer((request, response) => {
    heard.push(request);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"records":[]}');
  });
  thief.listen(0, '127.0.0.1');
  await once(thief, 'listening');
  elsewhere = `http://127.0.0.1:${(thief.address() as AddressInfo).port}`;
  id = await rig.connected();
});
after(async () => {
  await rig.close();
  thief.close();
});

const change = (body: object): Promise<Said> => rig.api('PATCH', `/integrations/${id}`, body);
const wrongs = (said: Said): readonly string[] => {
  assert.equal(said.status, 400, said.text);
  return [/^(\w+):/.exec(String(said.body.detail))?.[1] ?? said.text];
};
const details = async (): Promise<readonly unknown[]> =>
  items(await rig.api('GET', '/audit'))
    .filter(({ what }) => what === 'integration-changed')
    .map(({ detail }) => detail);
const baseUrl = async (): Promise<unknown> => (await rig.api('GET', `/integrations/${id}`)).body.baseUrl;

describe('another server', () => {
  const other = (): readonly (readonly [name: string, url: string])[] => {
    const { port } = new URL(rig.sandbox.url);
    return [
      ['another port', `${elsewhere}/api`],
      ['another name of this machine', `http://localhost:${port}/api`],
      ['another protocol', `https://127.0.0.1:${port}/api`],
      ['another host out there', 'https://fleetio.example.org/api'],
      ['the same host in a user name', `http://127.0.0.1:${port}@localhost:${port}/api`],
    ];
  };

  it('is never asked with a token that was given for the first', async () => {
    for (const [name, url] of other())
      for (const [more, missing] of [
        [{}, 'apiKey'],
        [{ apiKey: 'k' }, 'accountToken'],
        [{ accountToken: 't', webhookKey: 'w' }, 'apiKey'],
        [{ label: 'x', enabled: true, settings: { paths: 'versioned' } }, 'apiKey'],
      ] as const)
        assert.deepEqual(wrongs(await change({ baseUrl: url, ...more })), [missing], name);
    assert.equal(heard.length, 0);
    assert.equal(await baseUrl(), `${rig.sandbox.url}/api`);
    assert.deepEqual(await details(), []);
  });

  it('with its own tokens is asked with those alone, and the audit names it', async () => {
    const said = await change({ baseUrl: `${elsewhere}/api`, apiKey: 'my-own', accountToken: 'my-own-too' });
    assert.equal(said.status, 200, said.text);
    assert.ok(heard.length > 0);
    for (const { headers } of heard)
      assert.doesNotMatch(JSON.stringify(headers), /sandbox/, 'a kept token went along');
    const { port } = new URL(rig.sandbox.url);
    const moved = { baseUrl: `http://localhost:${port}/api`, apiKey: 'sandbox-key', accountToken: 'sandbox' };
    assert.equal((await change(moved)).status, 200);
    assert.deepEqual(await details(), [
      `apiKey accountToken baseUrl at localhost:${port}`,
      `apiKey accountToken baseUrl at ${new URL(elsewhere).host}`,
    ]);
  });

  it('another path of the same server wants no tokens', async () => {
    const { port } = new URL(rig.sandbox.url);
    assert.equal((await change({ baseUrl: `http://localhost:${port}/api/` })).status, 200);
  });

  it('to which the first one points gets nothing', async () => {
    heard.length = 0;
    const pointing = createServer((_request, response) => {
      response.writeHead(307, { location: `${elsewhere}/api/vehicle_assignments` }).end();
    });
    pointing.listen(0, '127.0.0.1');
    await once(pointing, 'listening');
    const at = `http://127.0.0.1:${(pointing.address() as AddressInfo).port}/api`;
    await change({ baseUrl: at, apiKey: 'sandbox-key', accountToken: 'sandbox' });
    pointing.close();
    assert.equal(heard.length, 0);
  });
});
