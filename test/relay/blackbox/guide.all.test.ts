/** The guide of the integration, walked in a real browser by role and name only, with scripts and without. */
import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { noBrowser, startBrowser } from '../../../scripts/rig/chromium.ts';
import { type RelayRig, relayFor, textOf } from '../../../scripts/rig/relay-rig.ts';
import { until } from '../../../scripts/rig/until.ts';
import { sandboxFor } from './sandbox-program.ts';

let browser: Browser | null = null;
before(async () => {
  if (noBrowser === false) browser = await startBrowser();
});
after(async () => await browser?.close());

const click = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).click();
const follow = (page: Page, name: string): Promise<void> =>
  page.getByRole('link', { name, exact: true }).click();
const seen = (page: Page): Promise<string> => page.getByRole('main').innerText();

interface Stage {
  readonly relay: RelayRig;
  readonly token: string;
  /** Address of the sandbox. */
  readonly fleet: string;
}

/** A relay with two keys in a box, and an account of Fleetio with vehicles. */
async function onStage(t: TestContext): Promise<Stage> {
  const sandbox = await sandboxFor(t);
  const relay = await relayFor(t, { fleetio: { allowLoopback: true } });
  const token = await relay.token('admin');
  const post = async (path: string, body: object): Promise<string> =>
    textOf(await relay.ask('POST', `/api/v1/${path}`, { token, body }), 'id');
  const box = await post('boxes', { name: 'Depot' });
  await post('keys', { name: 'Van 12', box, slot: 1 });
  await post('keys', { name: 'Van 120 spare', box, slot: 2 });
  return { relay, token, fleet: sandbox.url };
}

async function signIn(page: Page, { relay, token }: Stage): Promise<void> {
  await page.goto(`${relay.url}/admin`);
  await page.getByLabel('Token').fill(token);
  await click(page, 'Sign in by token');
}

/** The secret key that Fleetio shows of a webhook. */
async function webhookKey({ relay, fleet }: Stage): Promise<string> {
  const answer = await fetch(`${fleet}/api/webhooks`, {
    method: 'POST',
    headers: { authorization: 'Token sandbox-key', 'account-token': 'sandbox' },
    body: JSON.stringify({ url: `${relay.url}/webhooks/fleetio`, all_events: true }),
  });
  return ((await answer.json()) as { readonly shared_key: string }).shared_key;
}

async function connects(page: Page, stage: Stage): Promise<void> {
  await follow(page, 'Integrations');
  await follow(page, 'Connect Fleetio');
  assert.ok((await seen(page)).includes(`${stage.relay.url}/webhooks/fleetio`), 'the URL to copy');
  await page.getByLabel('API key').fill('no-such-key');
  await page.getByLabel('Account token').fill('sandbox');
  await page.getByLabel('Address of Fleetio').fill(`${stage.fleet}/api`);
  await click(page, 'Connect to Fleetio');
  assert.match(await page.getByRole('alert').innerText(), /Not connected yet/);
  assert.equal(await page.getByLabel('API key').getAttribute('aria-invalid'), 'true');
  assert.equal(await page.getByLabel('API key').inputValue(), '', 'a secret stands in no page');
  await page.getByLabel('API key').fill('sandbox-key');
  await page.getByLabel('Account token').fill('sandbox');
  await page.getByLabel('Secret key of the webhook').fill(await webhookKey(stage));
  await click(page, 'Connect to Fleetio');
  await click(page, 'Test again');
  assert.match(await page.getByRole('main').getByRole('status').innerText(), /API key\s+right/);
}

async function links(page: Page): Promise<void> {
  await follow(page, 'Vehicles');
  await until('vehicles', async () => {
    await page.reload();
    return (await page.getByRole('link', { name: 'Link a key Van 12', exact: true }).count()) === 1;
  });
  await follow(page, 'Link a key Van 12');
  await page.getByLabel('Name of a key').fill('bus');
  await click(page, 'Find keys');
  assert.match(await seen(page), /No key in a box is called “bus”/);
  await page.getByLabel('Name of a key').fill('van');
  await click(page, 'Find keys');
  await page.getByLabel('Van 12 never seen').check();
  await page.getByLabel('Prompt').check();
  await click(page, 'Link');
  assert.match(await seen(page), /Linked to\s+Van 12/);
  assert.ok(await page.getByLabel('Prompt').isChecked());
}

async function books(page: Page, { fleet }: Stage): Promise<void> {
  const form = new URLSearchParams({
    do: 'assign',
    vehicle: '301',
    contact: '701',
    start: '2030-01-01T08:00',
  });
  await fetch(`${fleet}/`, { method: 'POST', body: form, redirect: 'manual' });
  await until('the question', async () => {
    await page.reload();
    return /asks you/.test(await seen(page));
  });
  await follow(page, 'Create booking…');
  assert.match(await seen(page), /with key Van 12/);
  await page.getByLabel('Until').fill('2030-01-01T17:00');
  await page.getByLabel('by e-mail').check();
  await page.getByRole('main').getByRole('button', { name: 'Add' }).click();
  assert.match(await seen(page), /waits for the box/);
  await follow(page, 'Bookings');
  assert.match(await seen(page), /Van 12/);
}

async function letsGo(page: Page): Promise<void> {
  await follow(page, 'Integrations');
  await page.getByRole('main').getByRole('link').last().click();
  await follow(page, 'Van 12 Change the link Van 12');
  await follow(page, 'Unlink…');
  await click(page, 'Unlink the key');
  assert.match(await seen(page), /No key is linked/);
  await follow(page, 'About');
  assert.match(await seen(page), /vehicle_assignment_created/);
  await follow(page, 'Disconnect…');
  await click(page, 'Disconnect');
  assert.match(await seen(page), /No integration yet/);
}

for (const javaScriptEnabled of [true, false])
  test(`the guide is walked ${javaScriptEnabled ? 'with' : 'without'} scripts`, {
    skip: noBrowser,
  }, async t => {
    assert.ok(browser !== null);
    const context = await browser.newContext({ javaScriptEnabled });
    t.after(() => context.close());
    const stage = await onStage(t);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', said => {
      if (said.type() === 'error' && !said.text().includes('status of 4')) complaints.push(said.text());
    });
    await signIn(page, stage);
    await connects(page, stage);
    await links(page);
    await books(page, stage);
    await letsGo(page);
    assert.deepEqual(complaints, []);
  });
