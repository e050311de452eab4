/** `npm run shots -- FOLDER [WORD]`: a picture of every state of every page, wide and narrow, light and dark. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { noBrowser, startBrowser } from './rig/chromium.ts';
import { driverStates } from './rig/driver-states.ts';
import type { Fixture } from './rig/page-fixture.ts';
import { type PageRelay, startPages } from './rig/page-relay.ts';
import { type PageState, pageStates } from './rig/page-states.ts';

const looks = [
  { name: 'wide', width: 1280, height: 900, colorScheme: 'light', locale: 'en-GB' },
  { name: 'wide-dark', width: 1280, height: 900, colorScheme: 'dark', locale: 'en-GB' },
  { name: 'phone', width: 360, height: 780, colorScheme: 'light', locale: 'nl-NL' },
  { name: 'phone-dark', width: 360, height: 780, colorScheme: 'dark', locale: 'en-GB' },
] as const;

const [folder, word = ''] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: npm run shots -- FOLDER [WORD]');
  process.exit(2);
}
if (noBrowser !== false) {
  console.error(noBrowser.replace('SKIPPED', 'no chromium'));
  process.exit(1);
}
mkdirSync(folder, { recursive: true });
const wanted = [...pageStates, ...driverStates].filter(({ name }) => name.includes(word));
const browser = await startBrowser();
try {
  for (const fixture of new Set(wanted.map(state => state.fixture)))
    await shootAll(browser, fixture, resolve(folder));
} finally {
  await browser.close();
}

async function shootAll(chromium: Browser, fixture: Fixture, into: string): Promise<void> {
  const relay = await startPages(fixture);
  const states = wanted.filter(state => state.fixture === fixture);
  try {
    for (const look of looks) {
      const { width, height, colorScheme, locale } = look;
      const context = await chromium.newContext({ viewport: { width, height }, colorScheme, locale });
      const page = await context.newPage();
      for (const state of states)
        await shoot(page, relay, state, join(into, `${state.name}-${look.name}.png`));
      await context.close();
    }
  } finally {
    await relay.close();
  }
}

async function shoot(page: Page, relay: PageRelay, state: PageState, file: string): Promise<void> {
  const cookie = state.scopes === null ? '' : await relay.cookie(state.scopes);
  await page.setExtraHTTPHeaders(cookie === '' ? {} : { cookie });
  await page.goto(relay.url + state.path);
  await page.screenshot({ path: file, fullPage: true });
  console.log(file);
}
