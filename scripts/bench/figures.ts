/** Samples of one thing, in milliseconds. */
export class Samples {
  readonly name: string;
  readonly #values: number[] = [];

  constructor(name: string) {
    this.name = name;
  }

  add(ms: number): void {
    this.#values.push(ms);
  }

  get count(): number {
    return this.#values.length;
  }

  /** The value below which this share of the samples lies; NaN without samples. */
  quantile(share: number): number {
    const sorted = this.#values.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  }

  summary(): Summary {
    const [p50, p90, p99, max] = [0.5, 0.9, 0.99, 1].map(share => this.quantile(share));
    return { name: this.name, count: this.count, p50: p50 ?? 0, p90: p90 ?? 0, p99: p99 ?? 0, max: max ?? 0 };
  }
}

export interface Summary {
  readonly name: string;
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** One figure or ratio with what it should be, for a reader; nothing here fails a run. */
export interface Figure {
  readonly name: string;
  readonly value: number | string;
  readonly unit: string;
  readonly bar?: string;
}

export class Report {
  readonly figures: Figure[] = [];
  readonly summaries: Summary[] = [];

  title(text: string): void {
    console.log(`\n${text}\n${'-'.repeat(text.length)}`);
  }

  note(text: string): void {
    console.log(`  ${text}`);
  }

  table(all: readonly Samples[]): void {
    console.log(row(['', 'n', 'p50 ms', 'p90 ms', 'p99 ms', 'max ms']));
    for (const samples of all) {
      const summary = samples.summary();
      this.summaries.push(summary);
      const { name, count, p50, p90, p99, max } = summary;
      console.log(row([name, String(count), ...[p50, p90, p99, max].map(ms => ms.toFixed(3))]));
    }
  }

  figure(name: string, value: number | string, unit: string, bar?: string): void {
    this.figures.push({ name, value, unit, ...(bar === undefined ? {} : { bar }) });
    const shown = typeof value === 'number' ? String(Number(value.toPrecision(4))) : value;
    console.log(
      `  ${name.padEnd(56)} ${`${shown} ${unit}`.padStart(14)}${bar === undefined ? '' : `   (bar: ${bar})`}`,
    );
  }
}

const row = ([name = '', ...cells]: readonly string[]): string =>
  `  ${name.padEnd(26)}${cells.map(cell => cell.padStart(10)).join('')}`;
