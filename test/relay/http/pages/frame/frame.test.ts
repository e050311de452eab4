import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostile } from '../../../../../scripts/rig/page-fixture.ts';
import { escapeHtml, html } from '../../../../../src/base/html.ts';
import { type Framed, frame } from '../../../../../src/relay/http/pages/frame/frame.ts';
import { languages, textsOf } from '../../../../../src/relay/http/pages/frame/texts/languages.ts';

const viewer = { name: 'Ada', language: 'en', scopes: new Set<never>() } as const;
const plain: Framed = { viewer, here: 'boxes', title: 'Boxes', problems: null, body: html`<p>x</p>` };

test('the menu says where the page is, in each of its two places and nowhere else', () => {
  const page = frame(plain);
  assert.equal(page.match(/aria-current="page"/g)?.length, 2);
  assert.match(page, /href="\/admin\/boxes" aria-current="page"/);
  assert.doesNotMatch(frame({ ...plain, here: null }), /aria-current/);
});

test('open problems stand in the menu and the title, many of them as many, none and unknown ones not at all', () => {
  const badge = (problems: number | null) =>
    /class="badge"><span aria-hidden="true">([^<]*)/.exec(frame({ ...plain, problems }))?.[1];
  assert.deepEqual(
    [badge(3), badge(99), badge(100), badge(0), badge(null)],
    ['3', '99', '99+', undefined, undefined],
  );
  assert.match(frame({ ...plain, problems: 3 }), /<title>\(3\) Boxes – SmartBox<\/title>/);
  assert.match(frame({ ...plain, problems: 0 }), /<title>Boxes – SmartBox<\/title>/);
});

test('each language has its own words around the same page', () => {
  for (const language of languages) {
    const { frame: words, menu } = textsOf(language);
    const page = frame({ ...plain, viewer: { ...viewer, language } });
    assert.match(page, new RegExp(`^<!doctype html>\\n<html lang="${language}">`));
    for (const said of [words.skip, words.signOut, menu.integrations]) assert.ok(page.includes(said), said);
  }
});

test('hostile texts stay texts, wherever they stand', () => {
  for (const text of [...hostile, '\0', 'x'.repeat(10_000)]) {
    const page = frame({
      ...plain,
      viewer: { ...viewer, name: text },
      ...{ title: text, lead: text, sought: text },
      tabs: [{ label: text, href: `/?${encodeURIComponent(text)}`, isHere: false, count: text }],
      chips: [{ label: text, without: '/' }],
      body: html`<p>${text}</p>`,
    });
    assert.doesNotMatch(page, /<script>|<img|' onfocus/);
    assert.equal(page.split(`<p>${escapeHtml(text)}</p>`).length, 2);
    assert.ok(page.includes(`value="${escapeHtml(text)}"`));
  }
});

test('nothing in a page asks for another host, and nothing in it is a script or a style of its own', () => {
  const page = frame(plain);
  assert.doesNotMatch(page, /(?:src|href|action)="(?:https?:|\/\/)/);
  assert.doesNotMatch(page, /<script>|<style|style="|javascript:|hx-on|hx-boost|js:/);
  assert.match(page, /<script src="\/admin\/assets\/smartbox-[\w-]{12}\.js" defer><\/script>/);
});
