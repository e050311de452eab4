import { randomBytes } from 'node:crypto';
import { lstatSync, renameSync } from 'node:fs';
import { codeOf, Fault, reasonOf } from '../../../base/fault.ts';
import { readSecret, writeSecret } from '../../../base/secret-file.ts';

const code = 'secret-file';

/** A card answers so for a file that it cannot read any more, or that is not a file. */
const unreadable: ReadonlySet<string> = new Set(['EIO', 'EISDIR', 'EINVAL', 'ELOOP', 'ENXIO', 'ENOTDIR']);

/**
 * The bytes of a secret that this box made for itself: read, or made on the first start and durable before they are used. One
 * that is damaged (cut short, nothing but one byte, a sector that is gone) is put aside and made anew: a box that does not
 * start takes no key back. The database tells that it is another one, and the box says so.
 * @throws Fault `secret-file` naming the file when it cannot be made, belongs to somebody else, or others can read it
 */
export function secretFile(file: string, bytes: number): Buffer {
  const found = readOrPutAside(file, bytes);
  if (found !== null) return found;
  const secret = randomBytes(bytes);
  try {
    writeSecret(file, secret);
  } catch (error) {
    throw new Fault(
      code,
      `cannot make ${file}: ${reasonOf(error)}`,
      'The first start of a box needs a data folder that can be written.',
      error,
    );
  }
  return secret;
}

function readOrPutAside(file: string, bytes: number): Buffer | null {
  try {
    const found = readSecret(file, {
      code,
      owner: 'the user of smartboxd',
      isOurs: true,
      wrongSize: () => null,
    });
    if (found === null || (found.length === bytes && !isBlank(found))) return found;
  } catch (error) {
    const cause = error instanceof Fault ? error.cause : error;
    if (!unreadable.has(codeOf(cause))) throw error;
  }
  putAside(file);
  return null;
}

/** As a file whose blocks a card has lost: all zeros, or erased flash. */
const isBlank = (secret: Buffer): boolean => [0x00, 0xff].some(blank => secret.every(byte => byte === blank));

/** One that was put aside before is written over, unless it is of another kind: then both stay. */
function putAside(file: string): void {
  try {
    const aside = `${file}.damaged`;
    const before = lstatSync(aside, { throwIfNoEntry: false });
    const fits = before === undefined || (before.isFile() && !lstatSync(file).isDirectory());
    renameSync(file, fits ? aside : `${aside}.${randomBytes(4).toString('hex')}`);
  } catch (error) {
    throw new Fault(
      code,
      `${file} is damaged and cannot be put aside: ${reasonOf(error)}`,
      'Put it back from a backup, or make the data folder one that can be written.',
      error,
    );
  }
}
