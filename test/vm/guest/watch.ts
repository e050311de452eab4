import type { Rig } from '../../../scripts/rig/box-rig.ts';
import { programOf, Running } from '../../../scripts/rig/program.ts';
import { until } from '../../../scripts/rig/until.ts';
import type { JournalEvent } from '../../../src/wire/journal.ts';

/** Emulated, a program takes seconds to start, and more on a busy machine. */
export const patientMs = 180_000;

/** One `smartbox watch` for the life of a daemon: asking anew for every event would cost a start each time. */
export class Watch {
  readonly #program: Running;
  #seenSeq = 0;

  private constructor(program: Running) {
    this.#program = program;
  }

  /** Resolves when it listens: then it has shown the display once. */
  static async on(rig: Rig): Promise<Watch> {
    const env = { SMARTBOX_SOCKET: rig.socket };
    const watch = new Watch(new Running([...programOf('smartbox'), 'watch', '--json'], env));
    await until('smartbox watch', () => watch.#program.stdout.includes('"screen"'), patientMs);
    return watch;
  }

  #events(): readonly JournalEvent[] {
    const lines = this.#program.stdout.split('\n').slice(0, -1);
    return lines.filter(line => line.includes('"seq"')).map(line => JSON.parse(line) as JournalEvent);
  }

  /** The next event of this type, after those seen before. */
  async sees(type: JournalEvent['type']): Promise<JournalEvent> {
    let found: JournalEvent | undefined;
    await until(
      `event ${type}`,
      () => {
        found = this.#events().find(event => event.seq > this.#seenSeq && event.type === type);
        return found !== undefined;
      },
      patientMs,
    );
    if (found === undefined) throw new Error(`no event ${type}`);
    this.#seenSeq = found.seq;
    return found;
  }

  async end(): Promise<void> {
    this.#program.child.kill('SIGKILL');
    await this.#program.finished;
  }
}
