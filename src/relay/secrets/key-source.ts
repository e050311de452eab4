import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { codeOf, Fault } from '../../base/fault.ts';
import { Secret } from '../../base/secret.ts';
import { readSecret, writeSecret } from '../../base/secret-file.ts';

const keyBytes = 32;
/** Name of the systemd credential (`LoadCredential=smartbox-relay-key:…`) and of the file in the data folder. */
export const keyName = 'smartbox-relay-key';
/** Holds the key in hex or base64. */
export const keyVariable = 'SMARTBOX_RELAY_KEY';

interface KeySource {
  /** Where the key lies, or is made on the first start, where nothing else gives it. */
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The key that protects secrets at rest, 32 bytes: from the systemd credential, the environment, or the file, in this order.
 * As a Secret of hex digits, so that no log can hold it.
 * @throws Fault `secret-key` naming where it came from
 */
export function atRestKey({ file, env }: KeySource): Secret {
  const folder = env.CREDENTIALS_DIRECTORY;
  const credential = folder === undefined ? null : read(join(folder, keyName), false);
  if (credential !== null) return keyOf(credential, `the credential ${keyName}`);
  const variable = env[keyVariable];
  if (variable !== undefined && variable !== '') return keyOf(Buffer.from(variable), keyVariable);
  return keyOf(read(file, true) ?? made(file), file);
}

/** Raw, or as hex or base64 text: whatever a person's tools make. */
function keyOf(bytes: Buffer, where: string): Secret {
  const hex = bytes.length === keyBytes ? bytes.toString('hex') : decoded(bytes.toString('utf8').trim());
  if (hex !== null) return new Secret(hex);
  throw new Fault(
    'secret-key',
    `${where} is no key of ${keyBytes} bytes, raw, in hex or in base64`,
    'Put back the key of this relay, from its backup; `openssl rand -hex 32` makes one for a new relay.',
  );
}

function decoded(text: string): string | null {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return text.toLowerCase();
  return /^[A-Za-z0-9+/]{43}=$/.test(text) ? Buffer.from(text, 'base64').toString('hex') : null;
}

/** `isOurs`: nobody else may read it; systemd sees to its own. */
const read = (file: string, isOurs: boolean): Buffer | null =>
  readSecret(file, {
    ...{ code: 'secret-key', owner: 'the user of the relay', isOurs },
    wrongSize: bytes =>
      bytes <= 1_024
        ? null
        : new Fault('secret-key', `${file} has ${bytes} bytes`, 'It should hold a key of 32 bytes.'),
  });

function made(file: string): Buffer {
  const key = randomBytes(keyBytes);
  try {
    writeSecret(file, key);
  } catch (error) {
    const hint = 'Its folder must be there, and belong to the user of the relay: run this as that user.';
    throw new Fault('secret-key', `cannot make ${file} (${codeOf(error)})`, hint, error);
  }
  return key;
}
