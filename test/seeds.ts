/** Whether everything is run, by `./scripts/test --all`; else only as much as a person waits for. */
export const isLongRun = process.env.SMARTBOX_LONG_RUN === 'yes';

/**
 * The seeds of a walk: so many of them in the quick suite, and so many where everything is run. `SEED=7` lives one life again,
 * `SEEDS=1000` as many as that.
 */
export function seedsFor(quick: number, long: number): readonly number[] {
  const { SEED, SEEDS } = process.env;
  if (SEED !== undefined) return [Number(SEED)];
  const count = Number(SEEDS ?? (isLongRun ? long : quick));
  return Array.from({ length: count }, (_, at) => at + 1);
}
