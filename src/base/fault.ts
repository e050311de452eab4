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

/** What any thrown value says about itself, for a log line or a report. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The `code` of a Node system error (`ENOENT`, `EIO` …), or of a Fault; `''` where there is none. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
