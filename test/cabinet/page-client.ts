/** Asks the page of a played cabinet as a browser does, and as one must not. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { HtmlValidate } from 'html-validate';
import type { Page } from './scene.ts';

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Unlike `fetch`, this says any host and any origin. */
export const ask = (
  url: string,
  method: string,
  headers: Readonly<Record<string, string>>,
  body = '',
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const call = request(url, { method, headers }, answer => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text, headers: answer.headers }));
    });
    call.on('error', reject);
    // Whatever follows a GET would be taken for the next request.
    call.end(method === 'GET' ? '' : body);
  });

export const form = { 'content-type': 'application/x-www-form-urlencoded' };
export const get = async (page: Page): Promise<string> => (await ask(page.url, 'GET', {})).text;
/** Does something, and gives the sentence about it. */
export async function does(page: Page, fields: Readonly<Record<string, string>>): Promise<string> {
  const { status } = await ask(page.url, 'POST', form, new URLSearchParams(fields).toString());
  assert.equal(status, 303);
  return /<p id="said"[^>]*>([^<]*)</.exec(await get(page))?.[1] ?? '';
}

const validator = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: {
    // As for the relay's pages: the short form, written by hand, with names that are not ours to shape.
    ...{ 'void-style': 'off', 'long-title': 'off', 'no-trailing-whitespace': 'off', 'doctype-style': 'off' },
    'no-implicit-button-type': 'error',
  },
});
export async function mustBeValid(text: string): Promise<void> {
  const report = await validator.validateString(text);
  assert.deepEqual(
    report.results.flatMap(({ messages }) =>
      messages.map(({ ruleId, message, line }) => `${ruleId} ${line} ${message}`),
    ),
    [],
  );
}
