import { Samples } from '../bench/figures.ts';
import type { Turns } from './turns.ts';
import type { Visitor } from './visitor.ts';

/** A program takes longer for whatever it does for the first time. */
const warmRounds = 20;

export interface Look {
  readonly samples: Samples;
  readonly longestTurnMs: number;
  readonly bytes: number;
}

/** Pages as somebody asks for them, one after the other, and what each costs the server. */
export class Looks {
  readonly #visitor: Visitor;
  readonly #turns: Turns;
  readonly #rounds: number;
  readonly all: Look[] = [];

  constructor(visitor: Visitor, turns: Turns, rounds: number) {
    this.#visitor = visitor;
    this.#turns = turns;
    this.#rounds = rounds;
  }

  async at(name: string, paths: readonly string[]): Promise<Samples> {
    const nth = (round: number): string => paths[round % paths.length] ?? '';
    for (let round = 0; round < warmRounds; round += 1) await this.#visitor.see(nth(round));
    await this.#turns.take();
    const samples = new Samples(name);
    let bytes = 0;
    for (let round = 0; round < this.#rounds; round += 1) {
      const { text } = await this.#visitor.see(nth(round));
      bytes = Math.max(bytes, Buffer.byteLength(text));
    }
    const { longestMs, servedMs } = await this.#turns.take();
    for (const ms of servedMs) samples.add(ms);
    this.all.push({ samples, longestTurnMs: longestMs, bytes });
    return samples;
  }

  /** Of the things on the first page of a list. */
  async eachOn(path: string): Promise<void> {
    const { text } = await this.#visitor.see(path);
    const ids = new RegExp(`"(${path}/(?!new|import)[\\w-]+)"`, 'g');
    const found = [...text.matchAll(ids)].map(([, one = '']) => one).slice(0, this.#rounds);
    if (found.length > 0) await this.at(`${path}/…`, found);
  }

  /** Turns pages as people do. */
  async far(path: string, page: number): Promise<{ readonly path: string; readonly page: number }> {
    let [at, number] = [path, 1];
    while (number < page) {
      const { text } = await this.#visitor.see(at);
      const [, next] = /rel="next" href="([^"]+)"/.exec(text) ?? [];
      if (next === undefined) break;
      at = next.replaceAll('&amp;', '&');
      number += 1;
    }
    return { path: at, page: number };
  }
}
