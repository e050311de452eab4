/** How a person moves about a page: by mouse, or by nothing but the keyboard. All is found by role and name. */
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';

export interface Hands {
  click(name: string): Promise<void>;
  follow(name: string): Promise<void>;
  fill(label: string, text: string): Promise<void>;
  /** One of several. */
  choose(label: string): Promise<void>;
  /** `2030-01-01T17:00`. */
  fillTime(label: string, at: string): Promise<void>;
}

const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true }).last();
const link = (page: Page, name: string): Locator => page.getByRole('link', { name, exact: true }).first();
const labelled = (page: Page, label: string): Locator => page.getByRole('main').getByLabel(label);
const typedIn = (page: Page, label: string): Locator =>
  labelled(page, label).and(page.locator('input:not([type=radio])'));

export const byMouse = (page: Page): Hands => ({
  click: name => button(page, name).click(),
  follow: name => link(page, name).click(),
  fill: (label, text) => typedIn(page, label).fill(text),
  choose: label => labelled(page, label).check(),
  fillTime: (label, at) => typedIn(page, label).fill(at),
});

/** A page has fewer things than this to stop at. */
const stopsMax = 150;

export const byKeyboard = (page: Page): Hands => {
  const press = (key: string): Promise<void> => page.keyboard.press(key);
  return {
    click: async name => {
      await tabTo(page, button(page, name));
      // Each button of these pages sends its form.
      await Promise.all([page.waitForEvent('framenavigated'), press('Space')]);
      await page.waitForLoadState();
    },
    follow: async name => {
      const before = page.url();
      await tabTo(page, link(page, name));
      await press('Enter');
      await page.waitForURL(url => url.href !== before);
    },
    fill: async (label, text) => {
      await tabTo(page, typedIn(page, label));
      await press('Control+a');
      await page.keyboard.type(text);
    },
    choose: async label => {
      const wanted = labelled(page, label);
      const name = await wanted.getAttribute('name');
      await tabTo(page, page.locator(`input[type=radio][name="${name}"]`));
      for (let at = 0; at < stopsMax && !(await isHere(wanted)); at += 1) await press('ArrowDown');
      assert.ok(await isHere(wanted), `no arrow leads to “${label}”`);
      await press('Space');
      assert.ok(await wanted.isChecked(), `“${label}” is not chosen`);
    },
    fillTime: async (label, at) => {
      await tabTo(page, typedIn(page, label));
      const [year = '', month = '', day = '', hour = '', minute = ''] = at.split(/\D/);
      await page.keyboard.type(`${day}${month}${year}`);
      await press('ArrowRight');
      await page.keyboard.type(`${hour}${minute}`);
      assert.equal(await typedIn(page, label).inputValue(), at);
    },
  };
};

const isHere = (wanted: Locator): Promise<boolean> =>
  wanted.evaluateAll(all => all.some(each => each === each.ownerDocument.activeElement));

interface Stop {
  readonly text: string;
  /** It is seen where one is. */
  readonly isSeen: boolean;
  /** It stands after the one before it. */
  readonly isInOrder: boolean;
}

/** In the page: what has the focus, how it shows, and whether it comes after what had it before. */
const look = `(() => {
  const here = document.activeElement;
  const before = window.lastStop;
  window.lastStop = here;
  const style = getComputedStyle(here);
  const box = here.getBoundingClientRect();
  const shows = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== 'none';
  const inView = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth && box.width > 0;
  const follows = before == null || !before.isConnected || before === here || here === document.body
    || (before.compareDocumentPosition(here) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0 || before === document.body;
  return {
    text: here.tagName + ' ' + (here.getAttribute('aria-label') ?? here.textContent.trim() ?? '').slice(0, 60),
    isSeen: here === document.body || (shows && inView),
    isInOrder: follows,
  };
})()`;

/** By Tab alone. From the end of a page it begins anew, as browsers do. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await wanted.first().waitFor();
  let turns = 0;
  for (let at = 0; at < stopsMax; at += 1) {
    if (await isHere(wanted)) return;
    await page.keyboard.press('Tab');
    const stop = (await page.evaluate(look)) as Stop;
    assert.ok(stop.isSeen, `the focus is not seen on ${stop.text} of ${page.url()}`);
    if (!stop.isInOrder) turns += 1;
    assert.ok(turns <= 1, `the focus jumps back to ${stop.text} of ${page.url()}`);
  }
  assert.fail(`Tab does not lead to ${wanted} of ${page.url()}`);
}
