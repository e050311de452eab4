/** A key, a driver and a booking, made and taken away by an administrator in a real browser, by role and name only. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { noBrowser, startBrowser } from '../../../scripts/rig/chromium.ts';
import { relayFor } from '../../../scripts/rig/relay-rig.ts';

let browser: Browser | null = null;
before(async () => {
  if (noBrowser === false) browser = await startBrowser();
});
after(async () => await browser?.close());

const click = (page: Page, name: string): Promise<void> =>
  page.getByRole('main').getByRole('button', { name, exact: true }).click();
const follow = (page: Page, name: string): Promise<void> =>
  page.getByRole('link', { name, exact: true }).click();
const seen = (page: Page): Promise<string> => page.getByRole('main').innerText();
const fill = (page: Page, label: string, text: string): Promise<void> =>
  page.getByRole('main').getByLabel(label, { exact: true }).fill(text);

async function adds(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/admin/keys`);
  await follow(page, 'Add a key');
  await click(page, 'Next');
  await fill(page, 'Name', 'Van <b>1</b>');
  await fill(page, 'Door', '0');
  await click(page, 'Add the key');
  assert.match(await page.getByRole('alert').innerText(), /slot/);
  assert.equal(await page.getByLabel('Name').inputValue(), 'Van <b>1</b>', 'it was typed once');
  await fill(page, 'Door', '1');
  await click(page, 'Add the key');
  assert.match(await seen(page), /Van <b>1<\/b>.*never seen in its door.*Depot · door 1/s);
}

async function driver(page: Page): Promise<void> {
  await follow(page, 'Drivers');
  await follow(page, 'Add a driver');
  await fill(page, 'Name', 'Ada Moreno');
  await fill(page, 'Phone', '+31612345678');
  await page.getByLabel('It opens').check();
  await click(page, 'Add the driver');
  assert.match(await seen(page), /Opens with\s+phone number/);
  await fill(page, 'New PIN, 4 to 8 digits', '1234');
  await click(page, 'Set the PIN');
  assert.match(await page.getByRole('alert').innerText(), /PIN/);
  await fill(page, 'New PIN, 4 to 8 digits', '739158');
  await click(page, 'Set the PIN');
  assert.match(await seen(page), /phone number and PIN/);
}

async function books(page: Page): Promise<void> {
  await follow(page, 'Bookings');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await follow(page, 'Booking');
  await fill(page, 'From', '2030-01-01T08:00');
  await fill(page, 'Until', '2030-01-01T17:00');
  await click(page, 'Next');
  await page
    .getByRole('main')
    .getByRole('link', { name: /Van <b>1<\/b>/ })
    .click();
  await fill(page, 'Name', 'Kim');
  await fill(page, 'E-mail', 'kim@example.org');
  await click(page, 'Next');
  assert.match(await seen(page), /Van <b>1<\/b> is booked for Kim/);
  await click(page, 'Book the key');
  assert.match(await seen(page), /waits for the box/);
  await click(page, 'Show the code');
  assert.match(await seen(page), /not on the box yet/);
  await fill(page, 'Until', '2030-01-02T17:00');
  await click(page, 'Save');
  assert.match(await seen(page), /2 Jan 2030/);
  await follow(page, 'Cancel the booking…');
  await click(page, 'Cancel the booking');
  assert.match(await seen(page), /cancelled/);
}

async function erases(page: Page): Promise<void> {
  await follow(page, 'Drivers');
  await follow(page, 'Ada Moreno');
  await follow(page, 'Erase the driver…');
  await fill(page, 'Type the name to confirm: Ada Moreno', 'Ada');
  await click(page, 'Erase the driver');
  assert.match(await seen(page), /That is not the name/);
  await fill(page, 'Type the name to confirm: Ada Moreno', 'Ada Moreno');
  await click(page, 'Erase the driver');
  assert.doesNotMatch(await seen(page), /Ada Moreno/);
  await follow(page, 'Keys');
  await follow(page, 'Van <b>1</b>');
  await follow(page, 'Take the key away…');
  await click(page, 'Take the key away');
  assert.match(await seen(page), /in no box/);
}

for (const javaScriptEnabled of [true, false])
  test(`key, driver and booking ${javaScriptEnabled ? 'with' : 'without'} scripts`, {
    skip: noBrowser,
  }, async t => {
    assert.ok(browser !== null);
    const context = await browser.newContext({ javaScriptEnabled });
    t.after(() => context.close());
    const relay = await relayFor(t);
    const token = await relay.token('admin');
    const made = await relay.ask('POST', '/api/v1/boxes', { token, body: { name: 'Depot' } });
    assert.equal(made.status, 201);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', said => {
      if (said.type() === 'error' && !said.text().includes('status of 4')) complaints.push(said.text());
    });
    await page.goto(`${relay.url}/admin`);
    await page.getByLabel('Token').fill(token);
    await click(page, 'Sign in by token');
    await adds(page, relay.url);
    await driver(page);
    await books(page);
    await erases(page);
    assert.deepEqual(complaints, []);
  });
