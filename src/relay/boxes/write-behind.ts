/** Sessions do not wait for what they want written: it is written together, soon, and again when the disk refused. */
import type { Transaction } from 'kysely';
import { wall } from '../../base/brand.ts';
import { Fault, reasonOf } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { Problem } from '../core/session/input.ts';
import { bookingsOnBox } from '../domain/booking-facts.ts';
import { takeState } from '../domain/box-storage-problem.ts';
import type { StateWord } from '../domain/box-told.ts';
import { boxAway, boxesBack } from '../domain/boxes-away.ts';
import type { Context } from '../domain/context.ts';
import { applySpent } from '../domain/events.ts';
import { clearProblem, raiseProblem } from '../domain/problems.ts';
import { forgetDropped, resendAll } from '../domain/records.ts';
import { BatchWriter } from '../store/batch-writer.ts';
import * as rows from '../store/box-writes.ts';
import { noteBoxNews, noteNews } from '../store/commit-effects.ts';
import type { Tables } from '../store/tables.ts';
import type { Counted } from './counters.ts';
import type { FleetDeps } from './fleet-deps.ts';

type Tx = Transaction<Tables>;

export interface Owner {
  readonly account: string;
  readonly box: string;
}

type PendingWrite = { readonly now: number } & (
  | {
      readonly kind: 'report';
      readonly owner: Owner;
      readonly row: rows.ReportRow;
      readonly hello: boolean;
      /** False: it is like the one before. A thousand quiet boxes are to cost few commits. */
      readonly news: boolean;
      readonly kept: () => void;
    }
  | { readonly kind: 'sent'; readonly row: rows.MarkRow }
  | { readonly kind: 'link'; readonly owner: Owner; readonly row: rows.LinkRow }
  /** The retained state of a box, as it was told. */
  | {
      readonly kind: 'state';
      readonly owner: Owner;
      readonly told: StateWord;
    }
  | {
      readonly kind: 'outcome';
      readonly owner: Owner;
      readonly id: string;
      readonly outcome: string;
      /** By the box itself. */
      readonly answered: boolean;
    }
  | { readonly kind: 'ordered'; readonly owner: Owner; readonly id: string }
  | { readonly kind: 'raise'; readonly box: string; readonly above: number; readonly kept: () => void }
  | { readonly kind: 'resend-all'; readonly owner: Owner; readonly boxEpoch: number }
  | { readonly kind: 'spent'; readonly owner: Owner; readonly ids: readonly string[]; readonly rev: number }
  | { readonly kind: 'problem'; readonly owner: Owner; readonly problem: Problem; readonly detail: string }
  | { readonly kind: 'solved'; readonly owner: Owner; readonly problem: Problem }
);

type Kind = PendingWrite['kind'];
type Of<K extends Kind> = Extract<PendingWrite, { readonly kind: K }>;

/** In one job. */
const writesMost = 128;
/** Kept for another try while the disk refuses; what is older is told by the boxes again. */
const againMax = 10_000;
/** More are not waited for: boxes tell again what they have. */
const waitingMax = 20_000;
const mayBeLost: ReadonlySet<Kind> = new Set(['report', 'sent', 'state']);

export class WriteBehind {
  readonly #deps: FleetDeps;
  readonly #writer: BatchWriter<PendingWrite>;
  readonly #log: Log;
  #again: PendingWrite[] = [];
  /** Of each box the last word that tells nothing new: they are written with whatever else there is, or at the next tick. */
  readonly #idle = new Map<string, PendingWrite>();

  constructor(deps: FleetDeps, counted: Counted) {
    this.#deps = deps;
    this.#log = deps.log;
    this.#writer = new BatchWriter<PendingWrite>({
      store: deps.store,
      most: writesMost,
      write: (tx, writes) => this.#writeAll(tx, writes),
      done: writes => {
        for (const write of writes) if (write.kind === 'report' || write.kind === 'raise') write.kept();
      },
      failed: (writes, error) => {
        counted('storeFailures');
        this.#log.error(
          { reason: reasonOf(error), writes: writes.length },
          'words of boxes are not kept yet',
        );
        // What no database takes today it takes at no other time.
        if (error instanceof Fault) this.#again = [...this.#again, ...writes].slice(-againMax);
      },
    });
  }

  get waiting(): number {
    return this.#writer.waiting;
  }

  push(write: PendingWrite): void {
    if (this.#writer.waiting >= waitingMax && mayBeLost.has(write.kind)) return;
    if (write.kind === 'report' && !write.news) {
      this.#idle.set(write.row.box, write);
      return;
    }
    this.#flush();
    this.#writer.push(write);
  }

  /** Tries once more what could not be kept. */
  tick(): void {
    for (const write of this.#again.splice(0)) this.#writer.push(write);
    this.#flush();
  }

  #flush(): void {
    for (const write of this.#idle.values()) this.#writer.push(write);
    this.#idle.clear();
  }

  settled(): Promise<void> {
    this.#flush();
    return this.#writer.settled();
  }

  async #writeAll(tx: Tx, writes: readonly PendingWrite[]): Promise<void> {
    await this.#reports(tx, of(writes, 'report'));
    const sent = of(writes, 'sent').map(({ row }) => row);
    if (sent.length > 0) await rows.markSent(tx, sent);
    const links = new Map(of(writes, 'link').map(({ row }) => [row.box, row]));
    if (links.size > 0) await rows.storeLinks(tx, [...links.values()]);
    await this.#links(tx, of(writes, 'link'));
    for (const write of writes) {
      await this.#single(tx, write);
      noteWrite(tx, write);
    }
  }

  /** Of several words of one box the last one counts, and bookings are marked from where the first one found them. */
  async #reports(tx: Tx, writes: readonly Of<'report'>[]): Promise<void> {
    if (writes.length === 0) return;
    const last = new Map<string, rows.ReportRow>();
    for (const { row } of writes) {
      const before = last.get(row.box);
      last.set(row.box, {
        ...row,
        label: row.label ?? before?.label ?? null,
        program: row.program ?? before?.program ?? null,
        markedRev: Math.min(row.markedRev, before?.markedRev ?? row.markedRev),
      });
    }
    const reports = [...last.values()];
    await rows.storeReports(tx, reports);
    const proven = reports.filter(row => row.knownRev > row.markedRev);
    const marks = proven.map(({ box, markedRev, knownRev, now }) => ({
      box,
      above: markedRev,
      rev: knownRev,
      now,
    }));
    const now = wall(this.#deps.time.wall());
    if (marks.length > 0) await bookingsOnBox({ tx, who: 'fleet', now }, marks);
    for (const { row, hello } of writes)
      if (hello) await forgetDropped(tx, { box: row.box, knownRev: row.knownRev, now });
  }

  /** A box that is away for long is a Problem, which ends when it is back. */
  async #links(tx: Tx, writes: readonly Of<'link'>[]): Promise<void> {
    const back = new Map(writes.map(write => [write.owner.box, write]));
    await boxesBack(
      tx,
      [...back.values()].filter(({ row }) => row.link === 'up'),
    );
    const away = new Map(
      writes.filter(({ row }) => row.link === 'lost').map(({ owner, now }) => [owner.account, now]),
    );
    for (const [account, now] of away) await boxAway(tx, account, now);
  }

  async #single(tx: Tx, write: PendingWrite): Promise<void> {
    switch (write.kind) {
      case 'state':
        await takeState(this.#context(tx, write), write.owner.box, write.told);
        return;
      case 'outcome':
        await rows.storeOutcome(tx, { ...write, box: write.owner.box });
        if (write.answered) await rows.storeHeard(tx, write.owner.box, write.now);
        return;
      case 'ordered':
        await rows.storeCommandSent(tx, write.id, write.now);
        return;
      case 'raise':
        await rows.raiseRevision(tx, write.box, write.above);
        return;
      case 'resend-all': {
        const { box } = write.owner;
        if (await rows.raiseToldEpoch(tx, box, write.boxEpoch)) await resendAll(tx, box);
        return;
      }
      case 'spent': {
        const { owner, ids, rev } = write;
        await applySpent(this.#context(tx, write), { box: owner.box, ids, rev });
        return;
      }
      case 'problem': {
        const name = { kind: write.problem, subject: write.owner.box };
        await raiseProblem(this.#context(tx, write), name, write.detail, { box: write.owner.box });
        return;
      }
      case 'solved':
        await clearProblem(this.#context(tx, write), { kind: write.problem, subject: write.owner.box });
        return;
      default:
    }
  }

  #context(tx: Tx, { owner, now }: Of<'problem' | 'solved' | 'spent' | 'state'>): Context {
    const { atRest, random } = this.#deps;
    return { tx, atRest, random, account: owner.account, who: 'fleet', now: wall(now) };
  }
}

/** Quiet words of a box change its age alone: whoever looks at it is not told of each. */
function noteWrite(tx: Tx, write: PendingWrite): void {
  if (!('owner' in write) || (write.kind === 'report' && !write.news)) return;
  const { account, box } = write.owner;
  noteBoxNews(tx, account, box, write.kind === 'link');
  if (write.kind === 'report' && write.row.knownRev > write.row.markedRev) noteNews(tx, account, 'bookings');
}

const of = <K extends Kind>(writes: readonly PendingWrite[], kind: K): readonly Of<K>[] =>
  writes.filter((write): write is Of<K> => write.kind === kind);
