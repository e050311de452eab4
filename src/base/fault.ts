/**
 * The world failing, or somebody's input being wrong: a stable code for programs, a sentence for the log and a hint for
 * the person who must act. Never decide on `message`.
 */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: string;
  readonly hint: string;

  constructor(code: string, message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
  }

  toJSON(): { code: string; message: string; hint: string } {
    return { code: this.code, message: this.message, hint: this.hint };
  }
}

/** One member of what somebody sent is wrong: code `bad-input`, and where it stands for programs that show it beside a field. */
export class WrongMember extends Fault {
  /** Path of the member: `start`, `contact.phone`. */
  readonly where: string;
  readonly problem: string;

  constructor(where: string, problem: string, hint: string, cause?: unknown) {
    super('bad-input', `${where}: ${problem}`, hint, cause);
    this.where = where;
    this.problem = problem;
  }
}

/** Says in words what any thrown value is, for a log line or a report. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The `code` of a Node system error (`ENOENT`, `EIO` …), or of a Fault; `''` where there is none. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
