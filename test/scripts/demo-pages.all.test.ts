/** The demo with nothing but its pages: whoever opens its one address gets through a first round, and the list ticks itself. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { noBrowser, startBrowser } from '../../scripts/rig/chromium.ts';
import { until } from '../../scripts/rig/until.ts';
import {
  assigns,
  cutsPower,
  type Round,
  readsMail,
  returnsInTheDark,
  takesKey,
  verifies,
} from '../../scripts/stage/page-walk.ts';
import { demo, nothingLeft, startMs } from './demo-run.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const looks = [
  { width: 1_280, height: 900, colorScheme: 'light', forcedColors: 'none' },
  { width: 360, height: 780, colorScheme: 'dark', forcedColors: 'none' },
  { width: 1_280, height: 900, colorScheme: 'light', forcedColors: 'active' },
] as const;

/** The demo’s own page that is shown: wide and narrow, light, dark and in forced colours; nothing of it stands beyond the edge. */
async function mustBeAccessible(page: Page): Promise<void> {
  await page.evaluate(axe);
  for (const { width, height, ...colours } of looks) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia(colours);
    const found = await page.evaluate(
      `axe.run({ runOnly: ${JSON.stringify(standards)} }).then(({ violations }) =>
        violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ': ' + target + ' ' + failureSummary)))`,
    );
    assert.deepEqual(found, [], `${page.url()} at ${width}, ${JSON.stringify(colours)}`);
    const isWide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
    assert.equal(isWide, false, `${page.url()} at ${width}`);
  }
  await page.setViewportSize({ width: 1_280, height: 900 });
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none' });
}

const round: Round = { vehicle: 'Van 14', slot: 2, driver: 'Bo Li' };

test('assign, mail, code, key, network away, late, power, journal: by pages alone', {
  skip: noBrowser,
}, async t => {
  const one = demo(t);
  await until(
    'the addresses',
    () => /leaves nothing behind/.test(one.run.stdout) || !one.run.running,
    startMs,
  );
  const [, start = ''] = /begin in a browser at (\S+)/.exec(one.run.stdout) ?? [];
  const browser = await startBrowser();
  t.after(() => browser.close());
  const page = await browser.newPage();
  const heard: string[] = [];
  page.on('pageerror', error => heard.push(String(error)));
  await page.goto(start);
  assert.equal(await page.getByRole('status').innerText(), '0 of 7 done');
  const places = page.getByRole('region', { name: 'Four places' }).getByRole('link');
  assert.deepEqual(await places.allInnerTexts(), ['Administration', 'Fleetio', 'Mailbox', 'Cabinet']);
  await mustBeAccessible(page);
  await assigns(page, start, round);
  await page.goto(start);
  await page.getByText('Assign a vehicle – done').waitFor();
  await mustBeAccessible(page);
  const code = await readsMail(page, start, 0);
  await mustBeAccessible(page);
  await page.goto(new URL('/mail', start).href);
  await mustBeAccessible(page);
  await takesKey(page, start, code, round);
  assert.match(await returnsInTheDark(page, round), /Van 14.* late by/);
  await cutsPower(page);
  assert.equal(await verifies(page, start), '7 of 7 done');
  await mustBeAccessible(page);
  await page.getByRole('link', { name: 'Administration' }).click();
  await page
    .getByLabel(/password/i)
    .first()
    .waitFor();
  await page.goto(start);
  assert.deepEqual(heard, []);
  one.run.child.kill('SIGINT');
  assert.equal((await one.run.finished).code, 0);
  await nothingLeft(one.folder);
});
