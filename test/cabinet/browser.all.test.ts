/** The drawn cabinet in Debian's Chromium: accessible, played by keyboard alone, by drag, and without a script. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, type TestContext, test } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { noBrowser, startBrowser } from '../../scripts/rig/chromium.ts';
import { pageFor, portsFor, type Scene, sceneFor } from './scene.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const looks: readonly BrowserContextOptions[] = [
  { viewport: { width: 1_280, height: 900 }, colorScheme: 'light' },
  { viewport: { width: 360, height: 780 }, colorScheme: 'dark' },
  { viewport: { width: 1_280, height: 900 }, forcedColors: 'active' },
];

async function mustBeAccessible(page: Page): Promise<void> {
  await page.evaluate(axe);
  const found = await page.evaluate(
    `axe.run({ runOnly: ${JSON.stringify(standards)} }).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ': ' + target + ' ' + failureSummary)))`,
  );
  assert.deepEqual(found, []);
  assert.equal(await page.evaluate('document.documentElement.scrollWidth > innerWidth'), false);
}

describe('a drawn cabinet in a browser', { skip: noBrowser }, () => {
  let browser: Browser;
  before(async () => {
    browser = await startBrowser();
  });
  after(() => browser.close());

  async function open(t: TestContext, scene: Scene, options: BrowserContextOptions = {}): Promise<Page> {
    await portsFor(t, scene);
    const { url } = await pageFor(t, scene.spec);
    const context = await browser.newContext(options);
    t.after(() => context.close());
    const page = await context.newPage();
    page.on('pageerror', error => assert.fail(String(error)));
    await page.goto(url);
    return page;
  }
  const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });

  for (const [at, look] of looks.entries())
    test(`axe finds nothing, look ${at + 1}`, async t => {
      const page = await open(t, sceneFor(t, { language: at === 1 ? 'nl' : 'en' }), look);
      await mustBeAccessible(page);
      await page.locator('summary').click();
      await page.locator('#do-force-1').click();
      await page.locator('#do-pull-Van_12').click();
      await page.locator('.hand .key').waitFor();
      for (const alarm of ['tamper', 'powerLow']) await page.locator(`#do-alarm-${alarm}-on`).click();
      await page.locator('.contact.powerLow.on').waitFor();
      await mustBeAccessible(page);
    });

  test('by keyboard alone: a door in words, a key out and back, and the focus is never lost', async t => {
    const scene = sceneFor(t);
    const page = await open(t, scene);
    await button(page, 'Door 1, shut, Van 12 inside').focus();
    await page.keyboard.press('Enter');
    await page.getByText('Door 1 is locked.').waitFor();
    scene.set('lock', 1, 1);
    await button(page, /^Door 1, .*lock powered/).waitFor();
    scene.set('lock', 1, 0);
    await button(page, /^Door 1, shut, unlocked/).waitFor();
    assert.equal(await page.evaluate('document.activeElement.id'), 'do-door-1');
    await page.keyboard.press('Enter');
    await button(page, 'Door 1, open, Van 12 inside').waitFor();
    await button(page, 'Pull Van 12').focus();
    await page.keyboard.press('Space');
    await button(page, 'Hang Van 12 into door 1').waitFor();
    assert.equal(
      await page.evaluate('document.activeElement.id'),
      'said',
      'the button is gone: what was done has the focus',
    );
    assert.equal(scene.level('presence', 1), '1');
    await button(page, 'Hang Van 12 into door 1').press('Enter');
    await button(page, 'Door 1, open, Van 12 inside').waitFor();
  });

  test('the lid is lifted and shut by keyboard, and said aloud', async t => {
    const scene = sceneFor(t);
    const page = await open(t, scene);
    await button(page, 'Lift the lid').press('Enter');
    await page.getByRole('status').getByText('You lifted the lid').waitFor();
    await button(page, 'Shut the lid').press('Space');
    await page.getByRole('status').getByText('The lid is shut again.').waitFor();
    assert.equal(scene.level('tamper', 1), '1');
  });

  test('digits of a real keyboard are the keypad’s, in order, until that is switched off', async t => {
    const page = await open(t, sceneFor(t));
    await page.locator('#own-keys').waitFor();
    await page.keyboard.type('40718265');
    await page.keyboard.press('Enter');
    await page.getByText('Typed: #').waitFor();
    const typed = await page.locator('.log code').allInnerTexts();
    assert.equal(typed.toReversed().join(''), '40718265#');
    await page.getByRole('checkbox').uncheck();
    await page.keyboard.type('7');
    await button(page, '5').click();
    await page.getByText('Typed: 5').waitFor();
    assert.equal((await page.locator('.log code').allInnerTexts()).length, 10);
  });

  test('a key is dragged into the hand, to the reader, and into another door', async t => {
    const scene = sceneFor(t);
    const page = await open(t, scene, { viewport: { width: 1_280, height: 1_400 } });
    await page.locator('summary').click();
    for (const slot of [1, 2]) await button(page, `Force door ${slot} open`).click();
    const key = page.locator('[data-key="Van 12"]');
    await key.dragTo(page.locator('.hand'));
    await page.getByText('Van 12 is in your hand.').waitFor();
    await key.dragTo(page.locator('.reader'));
    await page.getByText('Van 12 was held to reader front.').waitFor();
    await key.dragTo(page.locator('[data-drop="slot:2"]'));
    await button(page, 'Door 2, open, Van 12 inside').waitFor();
    assert.deepEqual([scene.level('presence', 1), scene.level('presence', 2)], ['1', '0']);
  });

  test('without scripts everything is a form', async t => {
    const page = await open(t, sceneFor(t), { javaScriptEnabled: false });
    await page.getByLabel('Or type it whole').fill('4071#');
    await button(page, 'Type it').click();
    await page.getByText('Typed: 4071#').waitFor();
    await page.locator('summary').click();
    await button(page, 'Force door 1 open').click();
    await button(page, 'Pull Van 12').click();
    await button(page, 'Hold Van 12 to reader front').click();
    await page.getByText('Van 12 was held to reader front.').waitFor();
    await button(page, 'Cut the power').click();
    await page.getByRole('heading', { name: 'No power' }).waitFor();
  });
});
