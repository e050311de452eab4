import { never } from '../../src/base/assert.ts';

/** What an eyewitness beside the box wrote down, in milliseconds UTC: nothing in it comes from the box's own journal. */
export interface Diary {
  /** Codes typed, by the booking they belong to. */
  readonly typed: { readonly booking: string; readonly slot: number; readonly at: number }[];
  /** Lock lines seen active. `to` null: still active when last seen. */
  readonly pulses: Span[];
  readonly doors: Span[];
  /** Keys that were physically outside. */
  readonly outings: Span[];
  /** When the daemon was ready, until it was killed. */
  readonly runs: { readonly from: number; to: number | null }[];
}

/** From when to when a lock was powered, a door stood open, or a key was out; `to` null: still so at the end. */
export interface Span {
  readonly slot: number;
  readonly from: number;
  to: number | null;
}

/** One thing that the eyewitness saw or did, in the order in which it happened. */
export interface Sight {
  readonly what: 'typed' | 'powered' | 'off' | 'opened' | 'shut' | 'out' | 'in';
  readonly slot: number;
  readonly at: number;
  /** Of what was typed. */
  readonly booking?: string;
}

export const emptyDiary = (): Diary => ({ typed: [], pulses: [], doors: [], outings: [], runs: [] });

/** Writes it down. */
export function note(diary: Diary, { what, slot, at, booking = '' }: Sight): void {
  switch (what) {
    case 'typed':
      diary.typed.push({ booking, slot, at });
      return;
    case 'powered':
      diary.pulses.push({ slot, from: at, to: null });
      return;
    case 'opened':
      diary.doors.push({ slot, from: at, to: null });
      return;
    case 'out':
      diary.outings.push({ slot, from: at, to: null });
      return;
    case 'off':
      end(diary.pulses, slot, at);
      return;
    case 'shut':
      end(diary.doors, slot, at);
      return;
    case 'in':
      end(diary.outings, slot, at);
      return;
    default:
      never(what);
  }
}

function end(spans: readonly Span[], slot: number, at: number): void {
  const span = spans.findLast(each => each.slot === slot && each.to === null);
  if (span !== undefined) span.to = at;
}
