import { Fault } from '../../../base/fault.ts';
import { BadInput } from '../api/api-error.ts';

/** Wrong things in a form, by its fields; `whole` is of none of them. */
export interface FormProblems {
  readonly fields: Readonly<Record<string, string>>;
  readonly whole: string | null;
}

/** Of a fault that somebody can mend by filling in the form again; anything else is thrown on. */
export function problemsOf(error: unknown): FormProblems {
  if (error instanceof BadInput)
    return {
      fields: Object.fromEntries(error.errors.map(each => [each.path, each.message])),
      whole: error.message,
    };
  if (error instanceof Fault && !thrownOn.includes(error.code))
    return { fields: {}, whole: `${error.message}. ${error.hint ?? ''}`.trim() };
  throw error;
}

/** No form mends these. */
const thrownOn: readonly string[] = ['not-found', 'forbidden', 'unproved', 'unauthorised'];
