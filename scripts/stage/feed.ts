import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { JournalEvent } from '../../src/wire/journal.ts';
import type { Rig } from '../rig/box-rig.ts';
import { node, programOf } from '../rig/program.ts';

/** Newest events that are kept for the picture. */
const eventsKept = 50;

/** The box's events as `smartbox watch` tells them, from the beginning and through power cuts. */
export class Feed {
  readonly #rig: Rig;
  #child: ChildProcess | null = null;
  #events: readonly JournalEvent[] = [];

  constructor(rig: Rig) {
    this.#rig = rig;
  }

  get events(): readonly JournalEvent[] {
    return this.#events;
  }

  /** Begins, or begins again after a power cut. */
  async follow(): Promise<void> {
    this.close();
    const [, program = ''] = programOf('smartbox');
    const env = { ...process.env, SMARTBOX_SOCKET: this.#rig.socket };
    const child = spawn(node, [program, 'watch', '--json'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
    this.#child = child;
    createInterface({ input: child.stdout }).on('line', line => this.#hear(line));
    this.#add(await this.#rig.events());
  }

  close(): void {
    this.#child?.kill();
    this.#child = null;
  }

  #hear(line: string): void {
    const said = JSON.parse(line) as JournalEvent | { readonly screen: readonly string[] };
    if ('seq' in said) this.#add([said]);
  }

  #add(more: readonly JournalEvent[]): void {
    const known = new Map([...this.#events, ...more].map(event => [event.seq, event]));
    this.#events = [...known.values()].sort((a, b) => a.seq - b.seq).slice(-eventsKept);
  }
}
