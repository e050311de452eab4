/** All that is found while somebody types, in Debian's Chromium: by letters, arrows, Enter and Escape alone. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { noBrowser, startBrowser } from '../../../../scripts/rig/chromium.ts';
import { fleet } from '../../../../scripts/rig/fleet-fixture.ts';
import { type PageRelay, startPages } from '../../../../scripts/rig/page-relay.ts';
import { until } from '../../../../scripts/rig/until.ts';

describe('what is found while one types', { skip: noBrowser }, () => {
  let browser: Browser;
  let relay: PageRelay;
  before(async () => {
    browser = await startBrowser();
    relay = await startPages('well');
  });
  after(async () => {
    await browser.close();
    await relay.close();
  });

  const open = async (path: string, options: object = {}): Promise<{ page: Page; heard: string[] }> => {
    const context = await browser.newContext(options);
    const [name = '', value = ''] = (await relay.cookie('admin')).split('=');
    await context.addCookies([{ name, value, url: relay.url }]);
    const page = await context.newPage();
    const heard: string[] = [];
    page.on('console', message => void heard.push(`${message.type()} ${message.text()}`));
    page.on('pageerror', error => void heard.push(String(error)));
    await page.goto(relay.url + path);
    return { page, heard };
  };
  const focused = (page: Page): Promise<string> =>
    page.evaluate('document.activeElement.textContent.trim() || document.activeElement.id');

  test('stands below the field of the header: arrows lead through it and round, Enter goes there', async () => {
    const { page, heard } = await open('/admin');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('van 1');
    const links = page.locator('#found').getByRole('link');
    await links.first().waitFor();
    assert.match(await links.first().innerText(), /Van 1/);
    assert.match(await links.last().innerText(), /All results/);
    assert.match(await page.locator('#said').innerText(), /^\d+ found$/, 'readers hear how many');
    const press = (key: string): Promise<void> => page.keyboard.press(key);
    await press('ArrowUp');
    assert.match(await focused(page), /^All results/, 'round');
    await press('ArrowDown');
    assert.equal(await focused(page), 'q');
    await press('ArrowDown');
    assert.match(await focused(page), /^Van 1/);
    await press('ArrowDown');
    await press('ArrowUp');
    await press('Escape');
    assert.deepEqual([await focused(page), await links.count()], ['q', 0]);
    assert.equal(await page.locator('#q').inputValue(), 'van 1', 'what was typed stays');
    await page.keyboard.type(' 1');
    await links.first().waitFor();
    await press('ArrowDown');
    await press('Enter');
    await page.waitForURL(/\/admin\/keys\//);
    assert.match(await page.getByRole('heading', { level: 1 }).innerText(), /Van 1/);
    assert.deepEqual(heard, []);
    await page.context().close();
  });

  test('goes away when somebody goes on, and Enter in the field leads to the page as it does without scripts', async () => {
    const { page, heard } = await open('/admin');
    const links = page.locator('#found').getByRole('link');
    await page.locator('#q').pressSequentially('van');
    await links.first().waitFor();
    await page.mouse.click(1_100, 690);
    assert.equal(await links.count(), 0);
    await page.locator('#q').fill('<b>"nobody');
    await page.locator('#found').getByText('Nothing is called “<b>"nobody”.').waitFor();
    await page.locator('#q').fill('van');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/admin\/search\?q=van$/);
    assert.deepEqual(heard, []);
    await page.context().close();
    const plain = await open('/admin', { javaScriptEnabled: false });
    await plain.page.locator('#q').fill('van');
    await plain.page.keyboard.press('Enter');
    await plain.page.waitForURL(/\/admin\/search\?q=van$/);
    await plain.page.context().close();
  });

  test('is a key for a vehicle: letters, an arrow, another one, and Enter links it', async () => {
    const { page, heard } = await open(`/admin/integrations/${fleet}/vehicles/303`);
    const field = page.getByLabel('Name of a key');
    await field.focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('van 2');
    const keys = page.locator('#found-keys').getByRole('radio');
    // Of six; those of the first letters may have come before.
    await until('those of all letters', async () => (await keys.count()) === 4);
    await page.keyboard.press('ArrowDown');
    const before = await page.evaluate('document.activeElement.value');
    assert.match(String(before), /^k_/, 'an arrow leads to what was found');
    await page.keyboard.press('ArrowDown');
    const chosen = await page.getByRole('radio', { checked: true }).first().getAttribute('value');
    assert.notEqual(chosen, before);
    await Promise.all([page.waitForEvent('framenavigated'), page.keyboard.press('Enter')]);
    assert.match(await page.getByRole('main').innerText(), /Linked to\s+Van/);
    const row = await relay.store.db
      .selectFrom('vehicle')
      .select('key')
      .where('id', '=', '303')
      .executeTakeFirstOrThrow();
    assert.equal(row.key, chosen);
    assert.deepEqual(heard, []);
    await page.context().close();
  });
});
