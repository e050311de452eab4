import { randomBytes } from 'node:crypto';
import { Fault, reasonOf } from '../../../base/fault.ts';
import { readSecret, writeSecret } from '../../../base/secret-file.ts';

/**
 * The bytes of a secret that this box made for itself: read, or made on the first start and durable before they are used.
 * @throws Fault `secret-file` naming the file when it cannot be read or made, or its size or mode is not what it must be
 */
export function secretFile(file: string, bytes: number): Buffer {
  const code = 'secret-file';
  const wrongSize = (size: number): Fault | null =>
    size === bytes
      ? null
      : new Fault(
          code,
          `${file} has ${size} bytes and should have ${bytes}`,
          'Put it back from a backup; or delete it, and every code is void until it is sent again.',
        );
  const found = readSecret(file, { code, owner: 'the user of smartboxd', isOurs: true, wrongSize });
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
