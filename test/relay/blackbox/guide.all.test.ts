/** The guide of the integration, walked in a real browser by role and name only, with scripts and without. */
import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { noBrowser, startBrowser } from '../../../scripts/rig/chromium.ts';
import { type RelayRig, relayFor, textOf } from '../../../scripts/rig/relay-rig.ts';
import { until } from '../../../scripts/rig/until.ts';
import { byKeyboard, byMouse, type Hands } from './hands.ts';
import { sandboxFor } from './sandbox-program.ts';

let browser: Browser | null = null;
before(async () => {
  if (noBrowser === false) browser = await startBrowser();
});
after(async () => await browser?.close());

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

async function signIn(page: Page, hands: Hands, { relay, token }: Stage): Promise<void> {
  await page.goto(`${relay.url}/admin`);
  await hands.fill('Token', token);
  await hands.click('Sign in by token');
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

async function connects(page: Page, hands: Hands, stage: Stage): Promise<void> {
  await hands.follow('Integrations');
  await hands.follow('Connect Fleetio');
  assert.ok((await seen(page)).includes(`${stage.relay.url}/webhooks/fleetio`), 'the URL to copy');
  await hands.fill('API key', 'no-such-key');
  await hands.fill('Account token', 'sandbox');
  await hands.fill('Address of Fleetio', `${stage.fleet}/api`);
  await hands.click('Connect to Fleetio');
  assert.match(await page.getByRole('alert').innerText(), /Not connected yet/);
  assert.equal(await page.getByLabel('API key').getAttribute('aria-invalid'), 'true');
  assert.equal(await page.getByLabel('API key').inputValue(), '', 'a secret stands in no page');
  await hands.fill('API key', 'sandbox-key');
  await hands.fill('Account token', 'sandbox');
  await hands.fill('Secret key of the webhook', await webhookKey(stage));
  await hands.click('Connect to Fleetio');
  await hands.click('Test again');
  assert.match(await page.getByRole('main').getByRole('status').innerText(), /API key\s+right/);
}

async function links(page: Page, hands: Hands): Promise<void> {
  await hands.follow('Vehicles');
  await until('vehicles', async () => {
    await page.reload();
    return (await page.getByRole('link', { name: 'Link a key Van 12', exact: true }).count()) === 1;
  });
  await hands.follow('Link a key Van 12');
  await hands.fill('Name of a key', 'bus');
  await hands.click('Find keys');
  assert.match(await seen(page), /No key in a box is called “bus”/);
  await hands.fill('Name of a key', 'van');
  await hands.click('Find keys');
  await hands.choose('Van 12 Depot, door 1');
  await hands.choose('Prompt');
  await hands.click('Link');
  assert.match(await seen(page), /Linked to\s+Van 12\s+Depot, door 1/);
  assert.ok(await page.getByLabel('Prompt').isChecked());
}

async function books(page: Page, hands: Hands, { fleet }: Stage): Promise<void> {
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
  await hands.follow('Create booking…');
  assert.match(await seen(page), /with key Van 12/);
  await hands.fillTime('Until', '2030-01-01T17:00');
  await hands.choose('by e-mail');
  await hands.choose('once');
  await hands.click('Add');
  assert.match(await seen(page), /waits for the box/);
  await hands.follow('Bookings');
  assert.match(await seen(page), /Van 12/);
}

async function letsGo(page: Page, hands: Hands): Promise<void> {
  await hands.follow('Integrations');
  await hands.follow('Example Fleet');
  await hands.follow('Van 12 Change the link Van 12');
  await hands.follow('Unlink…');
  await hands.click('Unlink the key');
  assert.match(await seen(page), /No key is linked/);
  await hands.follow('About');
  assert.match(await seen(page), /vehicle_assignment_created/);
  await hands.follow('Disconnect…');
  await hands.click('Disconnect');
  assert.match(await seen(page), /No integration yet/);
}

const ways = [
  { name: 'with scripts', javaScriptEnabled: true, handsOf: byMouse },
  { name: 'without scripts', javaScriptEnabled: false, handsOf: byMouse },
  { name: 'by nothing but the keyboard', javaScriptEnabled: true, handsOf: byKeyboard },
];

for (const { name, javaScriptEnabled, handsOf } of ways)
  test(`the guide is walked ${name}`, { skip: noBrowser }, async t => {
    assert.ok(browser !== null);
    const context = await browser.newContext({ javaScriptEnabled, locale: 'en-GB', reducedMotion: 'reduce' });
    t.after(() => context.close());
    const stage = await onStage(t);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', said => {
      if (said.type() === 'error' && !said.text().includes('status of 4')) complaints.push(said.text());
    });
    page.on('pageerror', error => complaints.push(String(error)));
    const hands = handsOf(page);
    await signIn(page, hands, stage);
    await connects(page, hands, stage);
    await links(page, hands);
    await books(page, hands, stage);
    await letsGo(page, hands);
    assert.deepEqual(complaints, []);
  });
