import assert from 'node:assert/strict';
import type { LinkHandlers } from '../../../src/wire/mqtt/link.ts';

export const text = (content: string): Uint8Array => Buffer.from(content);

/** Keeps what a link says. */
export class Heard implements LinkHandlers {
  connects = 0;
  readonly reasons: string[] = [];
  readonly messages: { readonly topic: string; readonly content: string }[] = [];
  readonly #handle: LinkHandlers['message'];

  constructor(handle: LinkHandlers['message'] = () => {}) {
    this.#handle = handle;
  }

  connected(): void {
    this.connects += 1;
  }

  lost(reason: string): void {
    this.reasons.push(reason);
  }

  message(topic: string, payload: Uint8Array): void | Promise<void> {
    this.messages.push({ topic, content: Buffer.from(payload).toString() });
    return this.#handle(topic, payload);
  }

  on(topic: string): readonly string[] {
    return this.messages.filter(each => each.topic === topic).map(each => each.content);
  }
}

/** Waits for real sockets; `limitMs` is for a busy machine and never reached by a good run. */
export async function until(is: () => boolean | Promise<boolean>, limitMs = 20_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await is())) {
    if (performance.now() > end) assert.fail(`not within ${limitMs} ms: ${is}`);
    await new Promise(resolve => setTimeout(resolve, 2));
  }
}
