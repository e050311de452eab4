/** A first round with nothing but the pages, by what stands on them: as somebody does it who has read nothing else. */
import type { Page } from 'playwright-core';
import { until } from '../rig/until.ts';
import { codeIn } from './mailbox.ts';

/** Of a vehicle that is in: its name is also that of its key. */
export interface Round {
  readonly vehicle: string;
  readonly slot: number;
  readonly driver: string;
}

const slowMs = 60_000;
const shiftMs = 8 * 3_600_000;

const from = (page: Page, name: string) =>
  page.getByRole('list').getByRole('link', { name, exact: true }).first().click();
const press = (page: Page, name: string | RegExp) =>
  page
    .getByRole('button', { name, ...(typeof name === 'string' ? { exact: true } : {}) })
    .first()
    .click();

/** From the page of the demo to Fleetio: the vehicle is the driver's from now on. */
export async function assigns(page: Page, start: string, { vehicle, driver }: Round): Promise<void> {
  await page.goto(start);
  await from(page, 'Fleetio');
  await page.getByLabel('Vehicle').first().selectOption({ label: vehicle });
  await page.getByLabel('Driver').first().selectOption({ label: driver });
  await page
    .getByLabel(/^Until/)
    .first()
    .fill(new Date(Date.now() + shiftMs).toISOString().slice(0, 16));
  await press(page, 'Assign');
}

/** How many mails there are, by the newest of them. */
export async function mailCount(page: Page, start: string): Promise<number> {
  await page.goto(start);
  await from(page, 'Mailbox');
  const newest = page.getByRole('region', { name: 'Mails' }).getByRole('link').first();
  const [, number = 0] =
    /(\d+)$/.exec((await newest.count()) === 0 ? '' : ((await newest.getAttribute('href')) ?? '')) ?? [];
  return Number(number);
}

/** Opens the mail that comes after so many; resolves to the code that it tells. */
export async function readsMail(page: Page, start: string, after: number): Promise<string> {
  await until('a mail', async () => (await mailCount(page, start)) > after, slowMs);
  await page.getByRole('region', { name: 'Mails' }).getByRole('link').first().click();
  await page.getByRole('link', { name: 'All mail' }).waitFor();
  const code = codeIn({ number: 0, to: '', subject: '', text: await page.locator('pre').innerText() });
  if (code === null) throw new Error('the newest mail tells no code');
  return code;
}

/** Digit by digit on the drawn keypad; the key is pulled, and the door shut. */
export async function takesKey(
  page: Page,
  start: string,
  code: string,
  { vehicle, slot }: Round,
): Promise<void> {
  await page.goto(start);
  await from(page, 'Cabinet');
  for (const digit of code) await press(page, digit);
  await press(page, /^#/);
  await opens(page, slot);
  await press(page, `Pull ${vehicle}`);
  await page.getByRole('heading', { name: 'In your hand' }).waitFor();
  await page.getByRole('button', { name: `Hold ${vehicle} to reader front` }).waitFor();
  await shuts(page, slot);
}

const named = (slot: number, state: string): RegExp => new RegExp(`^Door ${slot}\\b.*${state}`);

async function opens(page: Page, slot: number): Promise<void> {
  await page.getByRole('button', { name: named(slot, 'pull it open') }).click({ timeout: slowMs });
  await page.getByRole('button', { name: named(slot, '\\bopen') }).waitFor();
}

async function shuts(page: Page, slot: number): Promise<void> {
  await page.getByRole('button', { name: named(slot, '\\bopen') }).click();
  await page.getByRole('button', { name: named(slot, '\\bshut') }).waitFor();
}

/** Without the network the key comes back; with it the relay hears of that, late. Resolves to what stands there of it. */
export async function returnsInTheDark(page: Page, { vehicle, slot }: Round): Promise<string> {
  await press(page, 'Cut the network');
  await page.getByText(/out of reach/).waitFor({ timeout: slowMs });
  await press(page, `Hold ${vehicle} to reader front`);
  await opens(page, slot);
  await press(page, `Hang ${vehicle} into door ${slot}`);
  await shuts(page, slot);
  await press(page, 'Bring the network back');
  const late = page.getByRole('row', { name: /^Key returned.*late by/ }).first();
  await late.waitFor({ timeout: slowMs });
  return (await late.innerText()).replaceAll(/\s+/g, ' ');
}

/** The box dies by its switch, and this page waits until it is back. */
export async function cutsPower(page: Page): Promise<void> {
  await press(page, 'Cut the power');
  await page.getByRole('alert').getByText('No power').waitFor();
  await page.getByRole('alert').waitFor({ state: 'hidden', timeout: slowMs });
}

/** Verifies the journal, and resolves to how much of the list has ticked itself. */
export async function verifies(page: Page, start: string): Promise<string> {
  await page.goto(start);
  await press(page, 'Verify the journal');
  await page.locator('pre').waitFor({ timeout: slowMs });
  let said = '';
  await until('the list to be done', async () => {
    await page.goto(start);
    said = (await page.getByRole('status').innerText()).trim();
    return /^(\d+) of \1 done$/.test(said);
  });
  return said;
}
