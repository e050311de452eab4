/** One mend of the field cases, undone: exactly one place of the source is as it was before, or as it must not be. */
export interface Mutation {
  readonly name: string;
  /** Row of the list of field cases, `A1` to `E6`, that the place belongs to. */
  readonly row: string;
  /** From the root of the checkout. */
  readonly file: string;
  /** Occurs exactly once. */
  readonly find: string;
  readonly replace: string;
  /** Below `test/`, without `.test.ts`: the quickest files that must notice. */
  readonly tests: readonly string[];
}

/** Name, what is replaced, by what. */
type Change = readonly [name: string, find: string, replace: string];

/** Several changes of one file for one row, which the same tests must notice. */
export const undone = (
  row: string,
  file: string,
  tests: readonly string[],
  ...changes: readonly Change[]
): readonly Mutation[] => changes.map(([name, find, replace]) => ({ name, row, file, find, replace, tests }));
