/** A new file beside the one that it will replace. */
import { randomBytes } from 'node:crypto';
import { constants, lstatSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { mustBeFile } from './bounded-file.ts';
import { Fault } from './fault.ts';

interface Aside {
  readonly path: string;
  readonly handle: FileHandle;
}

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;

/**
 * Made anew, 0600, under a name that nobody can lay a link at beforehand: in a folder that others may write to, a link at a
 * name that can be foreseen would lead what is written, with our rights, to any file of theirs to choose.
 * @throws Fault `not-a-file` where it would replace a device, a pipe or a folder
 */
export async function openAside(file: string): Promise<Aside> {
  mustBeFile(file);
  const path = `${file}.${randomBytes(6).toString('hex')}.part`;
  return { path, handle: await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600) };
}

/** The copy of yesterday may be the only good one. @throws Fault `exists` */
export function mustBeFree(file: string): void {
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return;
  throw new Fault(
    'exists',
    `${file} is there already`,
    'Choose another name, or say --replace to write over it.',
  );
}
