/** What the sessions want kept: written together, soon, and again when the disk refused. */
import type { Transaction } from 'kysely';
import { wall } from '../../base/brand.ts';
import { Fault, reasonOf } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { Problem } from '../core/session/input.ts';
import type { Context } from '../domain/context.ts';
import { clearProblem, raiseProblem } from '../domain/problems.ts';
import { forgetDropped } from '../domain/records.ts';
import * as rows from '../store/fleet-writes.ts';
import type { Tables } from '../store/tables.ts';
import { Gathered } from './gathered.ts';
import type { Counted, FleetParts } from './parts.ts';

type Tx = Transaction<Tables>;

export interface Owner {
  readonly account: string;
  readonly box: string;
}

export type Note = { readonly now: number } & (
  | {
      readonly kind: 'word';
      readonly row: rows.WordRow;
      readonly hello: boolean;
      /** False: it is like the one before. A thousand quiet boxes are to cost few commits. */
      readonly news: boolean;
      readonly kept: () => void;
    }
  | { readonly kind: 'sent'; readonly row: rows.MarkRow }
  | { readonly kind: 'link'; readonly row: rows.LinkRow }
  | { readonly kind: 'outcome'; readonly box: string; readonly id: string; readonly outcome: string }
  | { readonly kind: 'ordered'; readonly id: string }
  | { readonly kind: 'raise'; readonly box: string; readonly above: number; readonly kept: () => void }
  | { readonly kind: 're-put'; readonly owner: Owner; readonly boxEpoch: number }
  | { readonly kind: 'spent'; readonly owner: Owner; readonly ids: readonly string[]; readonly rev: number }
  | { readonly kind: 'problem'; readonly owner: Owner; readonly problem: Problem; readonly detail: string }
  | { readonly kind: 'solved'; readonly owner: Owner; readonly problem: Problem }
);

type Kind = Note['kind'];
type Of<K extends Kind> = Extract<Note, { readonly kind: K }>;

/** In one job. */
const notesMost = 128;
/** Kept for another try while the disk refuses; what is older is told by the boxes again. */
const againMax = 10_000;
/** More are not waited for: boxes tell again what they have. */
const waitingMax = 20_000;

export class Notes {
  readonly #parts: FleetParts;
  readonly #gathered: Gathered<Note>;
  readonly #log: Log;
  #again: Note[] = [];
  /** Of each box the last word that tells nothing new: they are written with whatever else there is, or at the next tick. */
  readonly #idle = new Map<string, Note>();

  constructor(parts: FleetParts, counted: Counted) {
    this.#parts = parts;
    this.#log = parts.log;
    this.#gathered = new Gathered<Note>({
      store: parts.store,
      most: notesMost,
      write: (tx, notes) => this.#write(tx, notes),
      done: notes => {
        for (const note of notes) if (note.kind === 'word' || note.kind === 'raise') note.kept();
      },
      failed: (notes, error) => {
        counted('storeFailures');
        this.#log.error({ reason: reasonOf(error), notes: notes.length }, 'words of boxes are not kept yet');
        // What no database takes today it takes at no other time.
        if (error instanceof Fault) this.#again = [...this.#again, ...notes].slice(-againMax);
      },
    });
  }

  get waiting(): number {
    return this.#gathered.waiting;
  }

  push(note: Note): void {
    if (this.#gathered.waiting >= waitingMax && (note.kind === 'word' || note.kind === 'sent')) return;
    if (note.kind === 'word' && !note.news) {
      this.#idle.set(note.row.box, note);
      return;
    }
    this.#flush();
    this.#gathered.push(note);
  }

  /** Tries once more what could not be kept. */
  tick(): void {
    for (const note of this.#again.splice(0)) this.#gathered.push(note);
    this.#flush();
  }

  #flush(): void {
    for (const note of this.#idle.values()) this.#gathered.push(note);
    this.#idle.clear();
  }

  settled(): Promise<void> {
    this.#flush();
    return this.#gathered.settled();
  }

  async #write(tx: Tx, notes: readonly Note[]): Promise<void> {
    await this.#words(tx, of(notes, 'word'));
    const sent = of(notes, 'sent').map(({ row }) => row);
    if (sent.length > 0) await rows.markSent(tx, sent);
    const links = new Map(of(notes, 'link').map(({ row }) => [row.box, row]));
    if (links.size > 0) await rows.storeLinks(tx, [...links.values()]);
    for (const note of notes) await this.#single(tx, note);
  }

  /** Of several words of one box the last one counts, and bookings are marked from where the first one found them. */
  async #words(tx: Tx, notes: readonly Of<'word'>[]): Promise<void> {
    if (notes.length === 0) return;
    const last = new Map<string, rows.WordRow>();
    for (const { row } of notes) {
      const before = last.get(row.box);
      last.set(row.box, {
        ...row,
        label: row.label ?? before?.label ?? null,
        program: row.program ?? before?.program ?? null,
        markedRev: Math.min(row.markedRev, before?.markedRev ?? row.markedRev),
      });
    }
    const words = [...last.values()];
    await rows.storeWords(tx, words);
    const proven = words.filter(row => row.knownRev > row.markedRev);
    const marks = proven.map(({ box, markedRev, knownRev, now }) => ({
      box,
      above: markedRev,
      rev: knownRev,
      now,
    }));
    if (marks.length > 0) await rows.markOnBox(tx, marks);
    for (const { row, hello } of notes) if (hello) await forgetDropped(tx, row.box, row.knownRev);
  }

  async #single(tx: Tx, note: Note): Promise<void> {
    switch (note.kind) {
      case 'outcome':
        await rows.storeOutcome(tx, note);
        return;
      case 'ordered':
        await rows.storeCommandSent(tx, note.id, note.now);
        return;
      case 'raise':
        await rows.raiseRevision(tx, note.box, note.above);
        return;
      case 're-put': {
        const { account, box } = note.owner;
        if (await rows.raiseToldEpoch(tx, box, note.boxEpoch))
          await this.#parts.meaning.rePut(tx, { account, id: box }, note.now);
        return;
      }
      case 'spent': {
        const { owner, ids, rev, now } = note;
        await this.#parts.meaning.spent(tx, { ...owner, ids, rev }, now);
        return;
      }
      case 'problem': {
        const name = { kind: note.problem, subject: note.owner.box };
        await raiseProblem(this.#context(tx, note), name, note.detail);
        return;
      }
      case 'solved':
        await clearProblem(this.#context(tx, note), { kind: note.problem, subject: note.owner.box });
        return;
      default:
    }
  }

  #context(tx: Tx, { owner, now }: Of<'problem'> | Of<'solved'>): Context {
    const { atRest, random } = this.#parts;
    return { tx, atRest, random, account: owner.account, who: 'fleet', now: wall(now) };
  }
}

const of = <K extends Kind>(notes: readonly Note[], kind: K): readonly Of<K>[] =>
  notes.filter((note): note is Of<K> => note.kind === kind);
