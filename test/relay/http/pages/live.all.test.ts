/** A page that lives, in Debian's Chromium: it changes without a click, and says so where it cannot. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { noBrowser, startBrowser } from '../../../../scripts/rig/chromium.ts';
import { type PageRelay, startPages } from '../../../../scripts/rig/page-relay.ts';
import { orderCommand } from '../../../../src/relay/domain/commands.ts';

describe('a page that lives', { skip: noBrowser }, () => {
  let browser: Browser;
  let relay: PageRelay;
  before(async () => {
    browser = await startBrowser();
    relay = await startPages('trouble');
  });
  after(async () => {
    await browser.close();
    await relay.close();
  });

  test('shows what is new at once, keeps what somebody opened, tells readers, and complains of nothing', async () => {
    const context = await browser.newContext();
    const [name = '', value = ''] = (await relay.cookie('admin')).split('=');
    await context.addCookies([{ name, value, url: relay.url }]);
    const page = await context.newPage();
    const heard: string[] = [];
    page.on('console', message => void heard.push(`${message.type()} ${message.text()}`));
    page.on('pageerror', error => void heard.push(String(error)));
    const opened = page.waitForResponse(answer => answer.url().endsWith('/admin/_/live'));
    await page.goto(`${relay.url}/admin/boxes/box-1/commands`);
    await opened;
    const order = { verb: 'open', slot: 4 } as const;
    await relay.act(acting =>
      orderCommand(acting, { box: 'box-1', order, who: 'Ada', why: 'somebody waits' }),
    );
    await page.getByText('somebody waits').waitFor();
    assert.match((await page.locator('#said').textContent()) ?? '', /Open door 4: waiting for the box/);
    assert.equal(await page.locator('#not-live').isVisible(), false);
    assert.deepEqual(heard, []);
    await relay.store.write(tx => tx.deleteFrom('session').execute());
    await page.evaluate("htmx.trigger(document.querySelector('#live'), 'live')");
    await page.locator('#not-live').waitFor();
    assert.match((await page.locator('#not-live').textContent()) ?? '', /Not live since \d\d:\d\d/);
    assert.ok(await page.getByText('somebody waits').isVisible(), 'the piece stays');
  });
});
