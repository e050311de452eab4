/** The pages in Debian's Chromium: accessible, quiet, whole without a script, and alive with it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { noBrowser, startBrowser } from '../../../../scripts/rig/chromium.ts';
import { driverStates } from '../../../../scripts/rig/driver-states.ts';
import type { Fixture } from '../../../../scripts/rig/page-fixture.ts';
import { type PageRelay, startPages } from '../../../../scripts/rig/page-relay.ts';
import { type PageState, pageStates } from '../../../../scripts/rig/page-states.ts';
import { clearProblem } from '../../../../src/relay/domain/problems.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

type Colours = Pick<BrowserContextOptions, 'colorScheme' | 'forcedColors'>;
interface Look extends BrowserContextOptions {
  readonly name: string;
  /** The same page in other colours, by their names: style sheets change nothing but colours there, so that only contrast is judged anew. */
  readonly colours: Readonly<Record<string, Colours>>;
}

const narrow = { viewport: { width: 360, height: 780 } } as const;
const wide = { viewport: { width: 1_280, height: 900 } } as const;
const dark: Colours = { colorScheme: 'dark', forcedColors: 'none' };
const forced: Colours = { colorScheme: 'light', forcedColors: 'active' };
const looks: readonly Look[] = [
  { name: 'wide', ...wide, colorScheme: 'light', colours: { dark, 'in forced colours': forced } },
  { name: 'narrow, in Dutch', ...narrow, colorScheme: 'light', locale: 'nl-NL', colours: { dark } },
];

/** Found by these rules of axe, as a line each. */
async function violations(page: Page, runOnly: readonly string[]): Promise<readonly string[]> {
  const found = await page.evaluate(
    `axe.run({ runOnly: ${JSON.stringify(runOnly)}, resultTypes: ['violations'] }).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ': ' + target + ' ' + failureSummary)))`,
  );
  return found as readonly string[];
}

/** What is wrong with the page that is open, in each of a look's colours. */
async function wrongs(page: Page, { colorScheme, colours }: Look): Promise<readonly string[]> {
  await page.evaluate(axe);
  const wrong = [...(await violations(page, standards))];
  for (const [name, media] of Object.entries(colours)) {
    await page.emulateMedia(media);
    wrong.push(...(await violations(page, ['color-contrast'])).map(each => `${name}: ${each}`));
  }
  await page.emulateMedia({ colorScheme: colorScheme ?? 'light', forcedColors: 'none' });
  if ((await page.evaluate('document.documentElement.scrollWidth > innerWidth')) === true)
    wrong.push('is wider than the screen');
  return wrong;
}

/** Everything that a browser complains about: refused by the policy, failed to load, thrown. */
function complaints(page: Page): readonly string[] {
  const heard: string[] = [];
  page.on('console', message => {
    // A page that is a refusal itself says so with its status; a file that it lacks is another address.
    const isOwnStatus =
      message.location().url === page.url() && message.text().startsWith('Failed to load resource');
    if (['error', 'warning'].includes(message.type()) && !isOwnStatus) heard.push(message.text());
  });
  page.on('pageerror', error => heard.push(String(error)));
  page.on('dialog', dialog => heard.push(`a dialog: ${dialog.message()}`));
  return heard;
}

describe('pages in a browser', { skip: noBrowser }, () => {
  let browser: Browser;
  const relays = new Map<Fixture, PageRelay>();
  before(async () => {
    browser = await startBrowser();
    for (const fixture of new Set(pageStates.map(state => state.fixture)))
      relays.set(fixture, await startPages(fixture));
  });
  after(async () => {
    await browser.close();
    for (const relay of relays.values()) await relay.close();
  });
  const relayOf = (fixture: Fixture): PageRelay => relays.get(fixture) ?? assert.fail('no relay');

  async function open(
    context: BrowserContext,
    { fixture, path, scopes }: Omit<PageState, 'name'>,
  ): Promise<Page> {
    const relay = relayOf(fixture);
    const [name = '', value = ''] = scopes === null ? [] : (await relay.cookie(scopes)).split('=');
    await context.clearCookies();
    if (name !== '') await context.addCookies([{ name, value, url: `${relay.url}/admin` }]);
    const page = context.pages()[0] ?? (await context.newPage());
    await page.goto(relay.url + path);
    return page;
  }

  for (const look of looks)
    test(`every state, ${look.name}, light and ${Object.keys(look.colours).join(' and ')}: axe finds nothing, nothing is refused, nothing is wider than the screen`, async t => {
      const context = await browser.newContext(look);
      t.after(() => context.close());
      const page = await context.newPage();
      const heard = complaints(page);
      const wrong: string[] = [];
      for (const state of [...pageStates, ...driverStates]) {
        await open(context, state);
        wrong.push(...(await wrongs(page, look)).map(each => `${state.name}: ${each}`));
      }
      assert.deepEqual(wrong, []);
      assert.deepEqual(heard, []);
    });

  test('without scripts every way is open: sign in, turn to a list, search, acknowledge, sign out', async t => {
    const relay = await startPages('trouble');
    t.after(() => relay.close());
    const context = await browser.newContext({ ...narrow, javaScriptEnabled: false, locale: 'en-GB' });
    t.after(() => context.close());
    const page = await context.newPage();
    const token = await relay.token('admin');
    await page.goto(`${relay.url}/admin`);
    await page.getByLabel('Token').fill('wrong');
    await page.getByRole('button', { name: 'Sign in by token' }).click();
    await page.getByText('This token is not valid.').waitFor();
    await page.getByLabel('Token').fill(token);
    await page.getByRole('button', { name: 'Sign in by token' }).click();
    await page.getByRole('heading', { name: /^\d+ things need a person$/ }).waitFor();
    await page.getByText('Menu', { exact: true }).click();
    await page.getByRole('navigation', { name: 'Menu' }).getByRole('link', { name: 'Boxes' }).click();
    await page.getByRole('heading', { name: 'Boxes', level: 1 }).waitFor();
    await page.getByRole('searchbox', { name: 'Search keys' }).fill('van 2');
    await page.getByRole('banner').getByRole('button', { name: 'Search' }).click();
    await page.getByText('Van 2', { exact: true }).waitFor();
    await page.goto(`${relay.url}/admin/problems`);
    const acknowledge = page.getByRole('button', { name: /Acknowledge/ });
    const before = await acknowledge.count();
    const forced = page.getByRole('button', { name: /Acknowledge ?: A door was opened/ });
    await forced.click();
    await forced.waitFor({ state: 'detached' });
    assert.equal(await acknowledge.count(), before - 1);
    await page.getByRole('button', { name: /Who is signed in/ }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  test('what is looked at asks for itself again: it changes where it changed, and what a person has open stays open', async t => {
    const relay = await startPages('trouble');
    t.after(() => relay.close());
    const context = await browser.newContext({ ...wide, locale: 'en-GB' });
    t.after(() => context.close());
    const [name = '', value = ''] = (await relay.cookie('admin')).split('=');
    await context.addCookies([{ name, value, url: `${relay.url}/admin` }]);
    const page = await context.newPage();
    await page.clock.install();
    await page.goto(`${relay.url}/admin`);
    const last = page.getByRole('article').last();
    await last.locator('summary').click();
    const things = page.getByRole('heading', { name: /^\d+ things need a person$/ });
    const before = Number.parseInt(await things.innerText(), 10);
    const [focused = ''] = await last.locator('details').evaluateAll(all => all.map(({ id }) => id));
    const gone = { kind: 'door-forced', subject: 'box-1/slot/2' } as const;
    await relay.act(acting => clearProblem(acting, gone));
    await page.clock.runFor(16_000);
    await page.getByRole('heading', { name: `${before - 1} things need a person` }).waitFor();
    assert.equal(await page.locator(`#${focused}`).evaluate(each => each.hasAttribute('open')), true);
    assert.equal(await page.evaluate('document.activeElement.parentElement.id'), focused);
    await page.getByText('Not live since').waitFor({ state: 'hidden' });
    await relay.close();
    await page.clock.runFor(16_000);
    await page.getByText(/Not live since \d\d:\d\d/).waitFor();
  });

  test('by keyboard: the skip link comes first, Ctrl K leads to search, Escape shuts what was opened', async t => {
    const context = await browser.newContext({ ...wide, locale: 'en-GB' });
    t.after(() => context.close());
    const page = await open(context, { fixture: 'trouble', path: '/admin/boxes', scopes: 'admin' });
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to content');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate('document.activeElement.id'), 'main');
    await page.keyboard.press('Control+k');
    assert.equal(await page.evaluate('document.activeElement.id'), 'q');
    const add = page.getByRole('button', { name: 'Add', exact: true });
    await add.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Integration', exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Integration', exact: true }).waitFor({ state: 'hidden' });
    assert.equal(await add.evaluate(each => each === each.ownerDocument.activeElement), true);
  });
});
