import { codeOf, Fault, reasonOf } from '../../../base/fault.ts';

/** Names of what SQLite reports when the file itself makes no sense. */
const damage = /^SQLITE_(CORRUPT|NOTADB)/;

export const isDamage = (error: unknown): boolean => damage.test(codeOf(error));

/** After these the connection is not trusted any more; one that was opened for reading stays so on a disk that is good again. */
export const isSick = (error: unknown): boolean =>
  /^SQLITE_(IOERR|CORRUPT|NOTADB|CANTOPEN|READONLY)/.test(codeOf(error));

/** The disk refuses, as `storageFault` says it: the box goes on with what can be read (rules.md 13). */
export const isRefusal = (error: unknown): boolean => codeOf(error).startsWith('storage-');

/** Turns an error of SQLite or the system into the Fault that the loop knows; anything else comes back as it is. */
export function storageFault(error: unknown): unknown {
  const code = codeOf(error);
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') {
    return new Fault('storage-full', 'the disk is full', 'Free space; see smartbox doctor.', error);
  }
  if (code.startsWith('SQLITE_READONLY') || code === 'EROFS' || code === 'EPERM') {
    return new Fault(
      'storage-readonly',
      'the disk takes no writes',
      'A card that became read-only is usually dying: replace it.',
      error,
    );
  }
  if (code.startsWith('SQLITE_') && !/^SQLITE_(CONSTRAINT|MISUSE|RANGE|MISMATCH|ERROR)/.test(code)) {
    return new Fault(
      'storage-io',
      `the disk failed: ${reasonOf(error)} (${code})`,
      'Check the card and the power supply; see smartbox doctor.',
      error,
    );
  }
  return error;
}
