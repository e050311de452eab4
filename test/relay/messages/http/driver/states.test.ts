/** The driver's page in each of its states, in each language: what it says, that its markup is right, that it is small. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { HtmlValidate } from 'html-validate';
import { memoryFolder } from '../../../../../scripts/rig/memory-folder.ts';
import { silent } from '../../../../../src/base/log.ts';
import { createBooking } from '../../../../../src/relay/domain/bookings.ts';
import { createDriver } from '../../../../../src/relay/domain/drivers.ts';
import { languages } from '../../../../../src/relay/domain/notify-settings.ts';
import { words } from '../../../../../src/relay/messages/http/driver/texts/all.ts';
import { unbroken } from '../../../../../src/relay/messages/template.ts';
import { openSqliteStore } from '../../../../../src/relay/store/sqlite.ts';
import type { BookingTable } from '../../../../../src/relay/store/tables.ts';
import { hourMs } from '../../../domain/house.ts';
import { type Site, siteOn } from './site.ts';

const validator = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: {
    ...{ 'void-style': 'off', 'tel-non-breaking': 'off', 'no-trailing-whitespace': 'off' },
    ...{ 'doctype-style': 'off', 'no-inline-style': 'off', 'no-implicit-button-type': 'off' },
  },
});

/** Instants in hours from now; the booking is of the key that somebody else may have. */
interface Given {
  readonly state: keyof typeof words.en.states;
  readonly start?: number;
  readonly is?: Partial<Record<'taken' | 'returned' | 'overdue' | 'ended', number>>;
  /** Until when the other has the key; null: for no set time. */
  readonly other?: number | null;
  readonly missing?: true;
  readonly unproven?: true;
  /** Words of the English page, besides its heading. */
  readonly says?: RegExp;
  readonly code: boolean;
}

// It is Friday, 09:00 in Amsterdam; the booking ends at 17:00.
const table: readonly Given[] = [
  { state: 'waiting', unproven: true, says: /Look again/, code: false },
  { state: 'ready', says: /It waits for you in the box/, code: true },
  { state: 'early', start: 2, says: /ready for you, from Fri 15 Jan, 11:00 CET/, code: true },
  { state: 'key-away', other: 3, says: /Somebody else has it until Fri 15 Jan, 12:00 CET/, code: true },
  { state: 'key-away', start: 4, other: 3, says: /not back in the box yet[\s\S]*Look again/, code: true },
  { state: 'key-away', other: null, code: true },
  { state: 'key-away', missing: true, code: true },
  { state: 'key-late', other: -1, says: /It was due back at Fri 15 Jan, 08:00 CET/, code: true },
  { state: 'taken', start: -1, is: { taken: -1 }, says: /Bringing it back/, code: true },
  { state: 'due', start: -8.5, is: { taken: -8 }, says: /It is due at Fri 15 Jan, 09:30 CET/, code: true },
  { state: 'overdue', start: -9, is: { taken: -8, overdue: -1 }, says: /at any time/, code: true },
  { state: 'returned', start: -9, is: { taken: -8, returned: -2 }, says: /access again/, code: false },
  { state: 'ended', start: -9, is: { ended: -1 }, says: /access again/, code: false },
];

const hoursOf = (hours: number, site: Site): number => site.house.nowMs + hours * hourMs;

async function bookingAs(site: Site, given: Given): Promise<string> {
  const start = hoursOf(given.start ?? 0, site);
  const id = await site.book();
  if (given.unproven !== true) await site.house.receipt(site.box);
  const instants = Object.entries(given.is ?? {}).map(([name, hours]) => [name, hoursOf(hours, site)]);
  await set(site, id, { start, end: start + 9 * hourMs, ...Object.fromEntries(instants) });
  const key = { id: site.keys[0] ?? '', place: given.missing ? 'missing' : 'in' } as const;
  if (given.other !== undefined) await givenAway(site, given.other);
  else await site.house.store.write(tx => tx.updateTable('key').set(key).where('id', '=', key.id).execute());
  return id;
}

async function set(site: Site, id: string, members: Partial<BookingTable>): Promise<void> {
  await site.house.store.write(tx =>
    tx
      .updateTable('booking')
      .set({ on_box: 1, ...members })
      .where('id', '=', id)
      .execute(),
  );
}

async function givenAway(site: Site, until: number | null): Promise<void> {
  const key = site.keys[0] ?? '';
  const end = until === null ? null : hoursOf(until, site);
  const id = await site.house.act(async c => {
    const { id: driver } = await createDriver(c, { name: 'Quirijn Zwart' });
    await c.tx.updateTable('key').set({ place: 'out' }).where('id', '=', key).execute();
    return (await createBooking(c, { key, driver, start: hoursOf(20, site), end: null })).id;
  });
  await site.house.receipt(site.box);
  await set(site, id, { start: hoursOf(-9, site), end, taken: hoursOf(-8, site) });
}

test('each state says what holds, in five languages, whole in one small answer', async t => {
  const folder = mkdtempSync(join(memoryFolder(), 'smartbox-driver-'));
  const store = await openSqliteStore({ file: join(folder, 'relay.db'), log: silent });
  t.after(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const site = await siteOn(t, store);
  for (const given of table) {
    const link = await site.link(await bookingAs(site, given));
    for (const language of languages) {
      const { text } = await site.get(link, { 'accept-language': language });
      await isWell(text, language, given);
      if (language === 'en') assert.match(text, given.says ?? /./, given.state);
    }
    const tapped = await site.post(link, { do: 'code' });
    const shown = /<p class="code">(?:<span>\d{4}<\/span> ){2}<\/p><p class="label">then #</.test(
      tapped.text,
    );
    assert.equal(shown, given.code, given.state);
    await store.write(tx => tx.updateTable('booking').set({ returned: 1 }).where('taken', '>', 0).execute());
  }
});

async function isWell(text: string, language: (typeof languages)[number], { state }: Given): Promise<void> {
  const [head = ''] = words[language].states[state].head.split('{');
  assert.ok(text.includes(`<h1>${unbroken(head)}`), `${state} in ${language}: ${/<h1>.*/.exec(text)?.[0]}`);
  assert.ok(Buffer.byteLength(text) <= 14_000, `${state} in ${language}: ${Buffer.byteLength(text)} bytes`);
  assert.doesNotMatch(text, /Quirijn|Zwart|<script|src=|undefined|[{}]end|\{start/);
  // Only words differ from language to language.
  if (language !== 'en') return;
  const { results } = await validator.validateString(text);
  const said = results.flatMap(({ messages }) => messages.map(each => `${each.ruleId}: ${each.message}`));
  assert.deepEqual(said, [], `${state} in ${language}`);
}
