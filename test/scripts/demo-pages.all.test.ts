/** The demo with nothing but its pages: whoever opens its one address gets through a first round, and the list ticks itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
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
  await assigns(page, start, round);
  await page.goto(start);
  await page.getByText('Assign a vehicle – done').waitFor();
  const code = await readsMail(page, start, 0);
  await takesKey(page, start, code, round);
  assert.match(await returnsInTheDark(page, round), /Van 14.* late by/);
  await cutsPower(page);
  assert.equal(await verifies(page, start), '7 of 7 done');
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
