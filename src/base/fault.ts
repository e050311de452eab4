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

const told: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EEXIST: 'something else has that name',
  ENOTDIR: 'a part of the path is no folder',
  EISDIR: 'it is a folder',
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EROFS: 'its file system is read-only',
  ENOSPC: 'its disk is full',
  EDQUOT: 'this user may write no more there',
  EFBIG: 'it would be too large',
  EIO: 'its disk fails',
  ENXIO: 'nobody is at its other end',
  EINVAL: 'it is of another kind',
  EXDEV: 'it is on another disk',
  ENOTEMPTY: 'it is not empty',
  EBUSY: 'somebody uses it',
  ETXTBSY: 'somebody uses it',
};

/** The fault of a file that the system refuses, for whoever has named it; null: it is something else. */
export function fileFault(error: unknown): Fault | null {
  const said = told[codeOf(error)];
  if (said === undefined || !(error instanceof Error && 'syscall' in error && 'path' in error)) return null;
  const message = `cannot use ${String(error.path)}: ${said} (${codeOf(error)} of ${String(error.syscall)})`;
  return new Fault('file', message, 'Look at the path: what is there, and who may read and write it.', error);
}

/** The `code` of a Node system error (`ENOENT`, `EIO` …), or of a Fault; `''` where there is none. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
