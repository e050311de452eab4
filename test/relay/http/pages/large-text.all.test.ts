/** Whoever needs letters twice as large reads every page whole, and without moving it sideways; so does whoever has a small screen. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { noBrowser, startBrowser } from '../../../../scripts/rig/chromium.ts';
import type { Fixture } from '../../../../scripts/rig/page-fixture.ts';
import { type PageRelay, startPages } from '../../../../scripts/rig/page-relay.ts';
import { pageStates } from '../../../../scripts/rig/page-states.ts';

/** Letters are of the size that somebody has set in the browser. Where all is zoomed to twice its size, 1280 pixels are 640. */
const looks = [
  { name: 'letters twice as large', width: 1_280, letters: 32 },
  { name: 'a small screen', width: 360, letters: 16 },
  { name: 'all twice as large', width: 640, letters: 16 },
  { name: 'beside a menu', width: 968, letters: 16 },
] as const;

/**
 * Texts that somebody who sees cannot read whole: beyond an edge of the screen, or beyond one of a box that hides what is too much. A field
 * shows the rest when somebody moves in it, and what is beside it for readers alone is meant to be unseen.
 */
const cut = `(() => {
  const found = [];
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth) found.push('the page is ' + root.scrollWidth + ' wide');
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.data.trim();
    const parent = walk.currentNode.parentElement;
    if (text === '' || parent.closest('.unseen, .skip, [popover], script, style, option, textarea') || !parent.checkVisibility({ visibilityProperty: true })) continue;
    if (getComputedStyle(parent).clipPath !== 'none') continue;
    const range = document.createRange();
    range.selectNodeContents(walk.currentNode);
    for (const { left, right, top, bottom, width } of range.getClientRects()) {
      if (width < 1) continue;
      let edge = left < -1 || right > innerWidth + 1 ? root : null;
      for (let box = parent; box !== null && edge === null; box = box.parentElement) {
        const style = getComputedStyle(box);
        if (style.display === 'inline' || style.overflowX === 'visible') continue;
        const at = box.getBoundingClientRect();
        const hides = side => style[side] === 'hidden' || style[side] === 'clip';
        if (hides('overflowX') && (left < at.left - 1 || right > at.right + 1)) edge = box;
        if (hides('overflowY') && (top < at.top - 4 || bottom > at.bottom + 4)) edge = box;
      }
      const own = parent.closest('button, .button, .chip, .tag, .badge');
      const at = own?.getBoundingClientRect();
      if (edge === null && at !== undefined && (left < at.left - 1 || right > at.right + 1)) edge = own;
      if (edge !== null) found.push(text.slice(0, 40) + ' beyond ' + edge.localName + '.' + edge.className);
    }
  }
  return [...new Set(found)];
})()`;

describe('large letters and small screens', { skip: noBrowser }, () => {
  let browser: Browser;
  before(async () => {
    browser = await startBrowser();
  });
  after(() => browser.close());

  async function looked(page: Page, said: string): Promise<readonly string[]> {
    const wrong: string[] = [];
    const settings = await page.context().newCDPSession(page);
    for (const { name, width, letters } of looks) {
      await page.setViewportSize({ width, height: 900 });
      await settings.send('Page.setFontSizes', { fontSizes: { standard: letters } });
      for (const each of (await page.evaluate(cut)) as readonly string[])
        wrong.push(`${said}, ${name}: ${each}`);
    }
    await settings.detach();
    return wrong;
  }

  for (const fixture of new Set<Fixture>(pageStates.map(state => state.fixture)))
    test(`every page of the account “${fixture}” can be read whole`, async t => {
      const relay: PageRelay = await startPages(fixture);
      t.after(() => relay.close());
      const wrong: string[] = [];
      for (const locale of ['en-GB', 'nl-NL']) {
        const page = await browser.newPage({ locale });
        for (const state of pageStates.filter(each => each.fixture === fixture)) {
          const cookie = state.scopes === null ? '' : await relay.cookie(state.scopes);
          await page.setExtraHTTPHeaders(cookie === '' ? {} : { cookie });
          await page.goto(relay.url + state.path);
          wrong.push(...(await looked(page, `${state.name} (${locale})`)));
        }
        await page.close();
      }
      assert.equal(wrong.join('\n'), '');
    });
});
