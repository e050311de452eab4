/** Any provider of SMS that takes one request a message. */

import type { Channel } from './channel.ts';
import { ofStatus, post, unreachable } from './http.ts';

export interface HttpSmsOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType: 'application/json' | 'application/x-www-form-urlencoded';
  /** With `{to}`, `{text}`, `{id}`. */
  readonly body: string;
}

export function httpSmsChannel(options: HttpSmsOptions): Channel {
  const { url, headers, contentType } = options;
  return {
    send: async ({ id, to, content }, signal) => {
      const text = typeof content === 'string' ? content : content.text;
      const body = bodyOf(options, { id, to, text });
      try {
        const answer = await post(
          { url, headers: { ...headers, 'content-type': contentType }, body },
          signal,
        );
        const outcome = ofStatus(answer);
        if (outcome !== null) return outcome;
        if (answer.status >= 300)
          return { is: 'refused', said: `the SMS provider refused it (${answer.status})` };
        return { is: 'sent', providerId: null };
      } catch (error) {
        return unreachable(error);
      }
    },
    close: () => {},
  };
}

/** Values are written as the body's language has them, so that no text ends a string there. */
function bodyOf({ contentType, body }: HttpSmsOptions, values: Readonly<Record<string, string>>): string {
  const written = (text: string): string =>
    contentType === 'application/json' ? JSON.stringify(text).slice(1, -1) : encodeURIComponent(text);
  return body.replace(/\{(to|text|id)\}/g, (_, name: string) => written(values[name] ?? ''));
}

/**
 * Lines of `Name: value`.
 * @throws RangeError naming the line, never what stands in it
 */
export function headerLines(text: string): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const [, name, value] = /^([A-Za-z0-9-]{1,64}):[ \t]*([\x21-\x7e][\x20-\x7e]{0,4095})$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new RangeError(`line ${at + 1} is no “Name: value”`);
    headers[name] = value;
  }
  return headers;
}
