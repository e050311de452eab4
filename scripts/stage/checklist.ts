import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Feed } from './feed.ts';
import type { Office } from './office.ts';
import type { Stage } from './stage.ts';

export const steps = ['assign', 'mail', 'code', 'key', 'network', 'late', 'journal'] as const;
export type Step = (typeof steps)[number];

const eventsAsked = 20;

interface Seen {
  readonly stage: Stage;
  readonly office: Office;
  readonly feed: Feed;
}

interface Arrived {
  readonly at: string;
  readonly relay: { readonly heard: string };
}

/** Steps that are done by facts: of Fleetio, the mailbox, the box's own journal, its cable and the relay. What was done once stays so. */
export class Checklist {
  readonly #seen: Seen;
  readonly #done = new Set<Step>();
  readonly #assignmentsBefore: number;
  readonly #eventsBefore: number;

  private constructor(seen: Seen, assignmentsBefore: number) {
    this.#seen = seen;
    this.#assignmentsBefore = assignmentsBefore;
    this.#eventsBefore = seen.feed.events.at(-1)?.seq ?? 0;
  }

  /** Begun where everything is set up: what was before does not count. */
  static async begin(seen: Seen): Promise<Checklist> {
    return new Checklist(seen, (await seen.stage.fleetio.assignments()).length);
  }

  isDone(step: Step): boolean {
    return this.#done.has(step);
  }

  /** Somebody has read the mail that tells the code, or has verified the journal: told by the page on which they did. */
  did(step: 'mail' | 'journal'): void {
    this.#done.add(step);
  }

  async look(): Promise<void> {
    const { stage, feed } = this.#seen;
    const events = feed.events.filter(({ seq }) => seq > this.#eventsBefore);
    if ((await stage.fleetio.assignments()).length > this.#assignmentsBefore) this.#done.add('assign');
    if (events.some(({ type, by }) => type === 'granted' && by === 'code')) this.#done.add('code');
    if (events.some(({ type }) => type === 'key-taken')) this.#done.add('key');
    const { isIn, cuts } = cableOf(stage);
    if (cuts > 0 && isIn) this.#done.add('network');
    if (cuts > 0 && !this.isDone('late') && (await this.#hasLate())) this.#done.add('late');
  }

  /** Something happened before the box was connected again, and came after. */
  async #hasLate(): Promise<boolean> {
    const { office } = this.#seen;
    const path = `/events?box=${office.box}&order=newest&limit=${eventsAsked}`;
    const { items } = (await office.must('GET', path)).body as { readonly items: readonly Arrived[] };
    const { since } = await office.linkNow();
    return since !== null && items.some(({ at, relay }) => at < since && relay.heard >= since);
  }
}

/** As the page of the cabinet has noted it beside the lines. */
function cableOf({ rig }: Stage): { readonly isIn: boolean; readonly cuts: number } {
  try {
    const kept = JSON.parse(readFileSync(join(rig.lines.dir, 'cabinet.json'), 'utf8')) as {
      readonly cable: { readonly isIn: boolean; readonly cuts: number };
    };
    return kept.cable;
  } catch {
    return { isIn: true, cuts: 0 };
  }
}
