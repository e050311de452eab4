/** MQTT 3.1.1 §4.7: `+` is one level, `#` at the end all that follow. */
export function matches(filter: string, topic: string): boolean {
  const [wanted, given] = [filter.split('/'), topic.split('/')];
  if (wanted.at(-1) === '#')
    return matches(wanted.slice(0, -1).join('/'), given.slice(0, wanted.length - 1).join('/'));
  return wanted.length === given.length && wanted.every((level, at) => level === '+' || level === given[at]);
}

/** Retained documents, for links that come up later. One for each topic, so as many as there are boxes. */
export class Retained {
  readonly #documents = new Map<string, Uint8Array>();

  note(topic: string, payload: Uint8Array): void {
    if (payload.length === 0) this.#documents.delete(topic);
    else this.#documents.set(topic, payload);
  }

  all(): readonly (readonly [topic: string, payload: Uint8Array])[] {
    return [...this.#documents];
  }
}
