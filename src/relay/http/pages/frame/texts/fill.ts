/** How a catalogue of texts is typed: every key of the English one, in every language, with the same values to fill in. */

/** A text; one with places to fill; several sentences; or a group of them. */
type Text = string | ((...values: never[]) => string) | readonly string[] | Texts;
export interface Texts {
  readonly [key: string]: Text;
}

/** The same keys with other words: one that is missing, or one too many, does not compile. */
export type Filled<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...values: infer A) => string
      ? (...values: A) => string
      : T[K] extends readonly string[]
        ? readonly string[]
        : Filled<T[K]>;
};
