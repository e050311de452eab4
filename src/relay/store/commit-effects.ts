import type { Transaction } from 'kysely';
import type { Tables } from './tables.ts';

/** Notices that a job leaves for others, sent once it is committed. */
interface CommitEffects {
  /** Boxes whose set it has changed → the revision that it gave. */
  readonly changedBoxes: Map<string, number>;
  /** The earliest instant for which it has put work into the queue; infinite: it has put none. */
  workDue: number;
  /** Open pages are told of these, as `newsOf` writes it. */
  readonly news: Set<string>;
  /** Old rows must be in no file of ours any more before whoever asked hears that it is done. */
  isErasure: boolean;
}

/** Each job has a transaction object of its own (group-commit.ts), by which its effects are known. */
const effects = new WeakMap<object, CommitEffects>();

export function effectsOf(tx: Transaction<Tables>): CommitEffects {
  const known = effects.get(tx);
  if (known !== undefined) return known;
  const fresh = {
    changedBoxes: new Map<string, number>(),
    workDue: Number.POSITIVE_INFINITY,
    news: new Set<string>(),
    isErasure: false,
  };
  effects.set(tx, fresh);
  return fresh;
}

export function noteWorkDue(tx: Transaction<Tables>, due: number): void {
  const own = effectsOf(tx);
  own.workDue = Math.min(own.workDue, due);
}

/** The engine's own files are cleaned as soon as this job is committed, before whoever asked for it hears so. */
export function markErasure(tx: Transaction<Tables>): void {
  effectsOf(tx).isErasure = true;
}

/** Something of an account that open pages show: names only, never what is new about it. */
export interface News {
  readonly account: string;
  /** `bookings`, `boxes`, `box-ID`, `events`, `problems`; `sessions`: somebody may be let in no more. */
  readonly name: string;
}

/** One word each, so that copies of a relay can tell each other in one line. */
const newsText = ({ account, name }: News): string => `${account} ${name}`;

export function newsOf(text: string): News {
  const [account = '', name = ''] = text.split(' ');
  return { account, name };
}

export const noteNews = (tx: Transaction<Tables>, account: string, name: string): void =>
  void effectsOf(tx).news.add(newsText({ account, name }));

/** Of one box; `isOfList`: it stands otherwise in a list of boxes, too. */
export function noteBoxNews(tx: Transaction<Tables>, account: string, box: string, isOfList = false): void {
  noteNews(tx, account, `box-${box}`);
  if (isOfList) noteNews(tx, account, 'boxes');
}
