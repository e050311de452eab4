/** What people type may mean harm: in whatever field of whatever form, nothing of it becomes part of a page, and nothing breaks. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { noBrowser, startBrowser } from '../../../../scripts/rig/chromium.ts';
import { type PageRelay, startPages } from '../../../../scripts/rig/page-relay.ts';
import { Prng } from '../../../../scripts/rig/prng.ts';
import { firstAccount } from '../../../../src/relay/domain/accounts.ts';
import { addressesOf, isForAll, textOf } from './every-page.ts';
import { type ParsedForm, type ParsedPage, parsed } from './parsed-page.ts';

const seed = Number(process.env.SEED ?? 12);
const slowMs = 1_000;

/** Elements and attributes that no page has, in every place where a text can stand. */
const escapes = [
  '<xss-a xss-b=1>',
  '"><xss-a xss-b="',
  "' xss-b='1' onfocus='alert(1)' autofocus='",
  '" xss-b="1" onmouseover="alert(2)',
  '</textarea></title></style></script><script xss-b>alert(3)</script>',
  '--><svg onload=alert(4)><xss-a></svg><!--',
  'javascript:alert(5)',
  '{{7*7}}&lt;xss-a&gt;&#60;xss-a&#62;',
];
const marks = ['\u202e', '\u2066', '\u200f', '\u202c', '\u0000', '\u0007', '\ufeff', '\u2028', '\r\n'];
const people = ['שלום', 'مرحبا', '🚐🔑', '👩‍👩‍👧‍👦', 'Zoë', 'e\u0301'.repeat(20), '‮nigrev'];

/** Texts of one seed: each escape alone, each with marks around it, and 10 kB of all. */
function hostileTexts(prng: Prng): readonly string[] {
  const mixed = Array.from({ length: 4 }, () =>
    [prng.pick(people), prng.pick(marks), prng.pick(escapes), prng.pick(marks), prng.pick(people)].join(''),
  );
  const long = Array.from({ length: 400 }, () => prng.pick([...escapes, ...people])).join(' ');
  return [...escapes, ...mixed, long.slice(0, 10_240), '‮'.repeat(60)];
}

/** They mean no harm, and are as long. */
const harmless = ['Van 12', 'a'.repeat(70), 'word '.repeat(2_048), ''];

const typed = /^(?:text|textarea|search|email|tel|url|password|number|datetime-local|date|time|hidden)$/;
const likely: Readonly<Record<string, string>> = {
  ...{ email: 'ann@example.org', tel: '+31612345678', url: 'https://example.org/news', number: '5' },
  ...{
    'datetime-local': '2026-12-05T09:00',
    date: '2026-12-05',
    time: '09:00',
    password: 'seven brown vans',
  },
};

/** The form with `text` in these fields; others say what they did, or what fits them. */
function filledIn({ fields }: ParsedForm, where: (name: string) => boolean, text: string): URLSearchParams {
  const sent = new URLSearchParams();
  for (const { name, type, value } of fields)
    if (typed.test(type) && where(name)) sent.append(name, text);
    else if (value !== null) sent.append(name, value === '' ? (likely[type] ?? 'Because') : value);
  return sent;
}

/** Files are no pages. */
async function pageOf(answer: Response): Promise<string> {
  const text = await textOf(answer);
  return (answer.headers.get('content-type') ?? '').startsWith('text/html') ? text : '';
}

describe('texts that mean harm', { skip: noBrowser }, () => {
  let browser: Browser;
  let reader: Page;
  let relay: PageRelay;
  let cookie: string;
  let forms: readonly (readonly [at: string, form: ParsedForm])[];
  const wrong: string[] = [];
  const known = new Set<string>();

  before(async () => {
    browser = await startBrowser();
    reader = await browser.newPage();
    relay = await startPages('trouble');
    cookie = await relay.cookie('admin');
    await relay.cookie('person');
    forms = await formsOf();
  });
  after(async () => {
    await browser.close();
    await relay.close();
  });

  async function ask(path: string, body: URLSearchParams | null = null): Promise<Response> {
    const [plain = ''] = path.split('?');
    return await fetch(relay.url + path, {
      ...{ redirect: 'manual', ...(body === null ? {} : { method: 'POST', body }) },
      headers: { 'sec-fetch-site': 'same-origin', ...(isForAll(plain) ? {} : { cookie }) },
    });
  }

  /** Once each: the same form stands on many pages. */
  async function formsOf(): Promise<readonly (readonly [string, ParsedForm])[]> {
    const found = new Map<string, readonly [string, ParsedForm]>();
    const addresses = await addressesOf(relay, cookie, firstAccount);
    for (const [path, filled] of addresses) {
      const at = isForAll(path) && !path.includes(':') ? path : filled;
      if (at === null || at.includes('/_/')) continue;
      const [page] = await parsed(reader, [await pageOf(await ask(at))]);
      for (const kind of page?.kinds ?? []) known.add(kind);
      for (const form of page?.forms ?? [])
        if (form.fields.some(({ type }) => typed.test(type)))
          found.set(`${form.method} ${form.action || at} ${form.fields.map(({ name }) => name)}`, [at, form]);
    }
    return [...found.values()];
  }

  interface Sent {
    readonly said: string;
    readonly text: string;
  }

  /** The answer, and where it leads: a page each. */
  async function sent(
    at: string,
    form: ParsedForm,
    fields: URLSearchParams,
    as: string,
    tries = 1,
  ): Promise<readonly Sent[]> {
    const target = form.action === '' ? at : form.action;
    const said = `${form.method} ${target} ${as}`;
    const [plain = ''] = target.split('?');
    const began = performance.now();
    const answer = form.method === 'post' ? await ask(target, fields) : await ask(`${plain}?${fields}`);
    const text = await pageOf(answer);
    // A machine may have been busy: what is slow is slow again.
    const isSlow = performance.now() - began > slowMs;
    if (isSlow && tries < 3) return await sent(at, form, fields, as, tries + 1);
    if (isSlow) wrong.push(`slow three times: ${said}`);
    if (answer.status >= 500) wrong.push(`${answer.status} ${said}`);
    const next = answer.headers.get('location');
    if (next === null) return [{ said, text }];
    if (!next.startsWith('/')) wrong.push(`leads to ${next}: ${said}`);
    // Some deeds end the session in which they are done.
    if (next.startsWith('/admin/sign-in')) cookie = await relay.cookie('admin');
    const led = await ask(next);
    if (led.status >= 500) wrong.push(`${led.status} ${next} after ${said}`);
    return [{ said: `${next} after ${said}`, text: await pageOf(led) }];
  }

  async function read(pages: readonly Sent[], look: (page: ParsedPage, said: string) => void): Promise<void> {
    for (const [at, page] of (
      await parsed(
        reader,
        pages.map(({ text }) => text),
      )
    ).entries())
      look(page, pages[at]?.said ?? '');
  }

  /** Lists show what forms have left behind. */
  async function readAll(look: (page: ParsedPage, said: string) => void): Promise<void> {
    cookie = await relay.cookie('admin');
    for (const [, at] of await addressesOf(relay, cookie, firstAccount))
      if (at !== null) await read([{ said: `${at} afterwards`, text: await pageOf(await ask(at)) }], look);
  }

  const note = ({ kinds }: ParsedPage): void => {
    for (const kind of kinds) known.add(kind);
  };

  /** Each text in all fields of each form, and some of them in one field alone: what a form refuses hides what it would have shown. */
  async function sendEach(
    texts: readonly string[],
    look: (page: ParsedPage, said: string) => void,
  ): Promise<void> {
    for (const [at, form] of forms) {
      const names = form.fields.filter(({ type }) => typed.test(type)).map(({ name }) => name);
      for (const [number, text] of texts.entries())
        for (const only of new Set([null, ...(number % 3 === 0 ? names : [])])) {
          const fields = filledIn(form, name => only === null || name === only, text);
          const said = `${only ?? 'all'}: ${JSON.stringify(text.slice(0, 60))}`;
          await read(await sent(at, form, fields, said), look);
        }
    }
    await readAll(look);
  }

  test('each form, sent with texts that mean no harm, shows what pages are made of', async () => {
    assert.ok(forms.length > 40, `${forms.length} forms`);
    await sendEach(harmless, note);
    assert.equal(wrong.join('\n'), '');
  });

  test(`no text of seed ${seed} in any field becomes an element or an attribute, fails or takes long`, async () => {
    await sendEach(hostileTexts(new Prng(seed)), ({ kinds, running }, said) => {
      for (const kind of kinds) if (!known.has(kind)) wrong.push(`${kind}: ${said}`);
      for (const each of running) wrong.push(`would run ${each}: ${said}`);
    });
    assert.equal([...new Set(wrong)].join('\n'), '');
  });
});
