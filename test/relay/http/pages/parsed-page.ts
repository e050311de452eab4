/** Pages as a browser's own parser reads them: of which kinds of elements they are made, and which forms are on them. */
import type { Page } from 'playwright-core';

interface ParsedField {
  readonly name: string;
  /** As a browser calls it: `text`, `textarea`, `select-one`, `checkbox` … */
  readonly type: string;
  /** As it would be sent when nobody touches it; null: it would not be. */
  readonly value: string | null;
}

export interface ParsedForm {
  readonly method: 'get' | 'post';
  /** Path and query; empty: the page's own. */
  readonly action: string;
  readonly fields: readonly ParsedField[];
}

export interface ParsedPage {
  /** Each name of an element with the names of its attributes, once. */
  readonly kinds: readonly string[];
  /** Addresses that a browser would run instead of asking for them. */
  readonly running: readonly string[];
  readonly forms: readonly ParsedForm[];
}

const parse = `texts => texts.map(text => {
  const page = new DOMParser().parseFromString(text, 'text/html');
  const all = [...page.querySelectorAll('*')];
  const attributes = all.filter(each => !each.matches('link[rel=icon]')).flatMap(each => [...each.attributes]);
  return {
    kinds: [...new Set(all.flatMap(each => [each.localName, ...each.getAttributeNames().map(name => each.localName + ' ' + name)]))],
    running: attributes.filter(({ name, value }) => /^(href|src|action|formaction|data|srcdoc|style)$/.test(name)
      && /^[\\s\\0-\\x1f]*(javascript|data|vbscript):|^[^/]*expression/i.test(value)).map(({ value }) => value),
    forms: [...page.forms].map(form => ({
      method: form.method === 'post' ? 'post' : 'get',
      action: form.getAttribute('action') ?? '',
      fields: [...form.elements].filter(each => each.name && !each.disabled && each.type !== 'file').map(each => ({
        name: each.name,
        type: each.type,
        value: /^(checkbox|radio)$/.test(each.type) && !each.checked ? null : each.type === 'submit' ? null : each.value,
      })),
    })),
  };
})`;

/** In a browser, none of which is shown or run. */
export async function parsed(browser: Page, texts: readonly string[]): Promise<readonly ParsedPage[]> {
  return (await browser.evaluate(`(${parse})(${JSON.stringify(texts)})`)) as readonly ParsedPage[];
}
