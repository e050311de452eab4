/** What an eyewitness beside the box wrote down, in milliseconds UTC: nothing in it comes from the box's own journal. */
export interface Diary {
  /** Codes typed, by the booking they belong to. */
  readonly typed: { readonly booking: string; readonly slot: number; readonly at: number }[];
  /** Lock lines seen active. `to` null: still active when last seen. */
  readonly pulses: { readonly slot: number; readonly from: number; to: number | null }[];
  readonly doors: Span[];
  /** Keys that were physically outside. */
  readonly outings: Span[];
  /** When the daemon was ready, until it was killed. */
  readonly runs: { readonly from: number; to: number | null }[];
}

/** From when to when a door stood open, or a key was out; `to` null: still so at the end. */
export interface Span {
  readonly slot: number;
  readonly from: number;
  to: number | null;
}

export const emptyDiary = (): Diary => ({ typed: [], pulses: [], doors: [], outings: [], runs: [] });
