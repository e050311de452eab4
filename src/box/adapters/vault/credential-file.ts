import { readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import * as v from 'valibot';
import { codeOf, Fault } from '../../../base/fault.ts';
import { Secret } from '../../../base/secret.ts';
import { syncFolder, writeSecret } from '../../../base/secret-file.ts';
import { boxId, hex64 } from '../../../wire/parts.ts';
import { readAs } from '../../../wire/reading.ts';
import { relayKey } from '../../../wire/relay-key.ts';
import type { CredentialFile, Credentials } from '../../ports.ts';
import { credentialPath } from './credential-path.ts';

const fileMaxBytes = 128 * 1024;

const shape = v.object({
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  box: boxId,
  name: v.string(),
  relayKey,
  broker: v.string(),
  username: v.string(),
  password: v.string(),
  ca: v.nullable(v.string()),
  // A file of an older program has none of these.
  caEpoch: v.optional(v.number(), 0),
  caRev: v.optional(v.number(), 0),
  formerCa: v.optional(v.nullable(v.object({ ca: v.nullable(v.string()) })), null),
  seal: v.object({ publicKey: hex64, privateKey: hex64 }),
});

const again = 'Put it back from a backup, or enrol the box again: smartbox enroll.';

/** `relay.json` in the data folder, 0600. */
export function credentialFile(folder: string): CredentialFile {
  const file = credentialPath(folder);
  const staged = `${file}.staged`;
  return {
    read: () => readIn(file),
    stage: credentials => writeSecret(staged, textOf(credentials)),
    adopt: id => {
      if (readIn(staged)?.id !== id) return;
      renameSync(staged, file);
      syncFolder(folder);
    },
    remove: () => {
      rmSync(staged, { force: true });
      rmSync(file, { force: true });
      syncFolder(folder);
    },
  };
}

function readIn(file: string): Credentials | null {
  const text = textIn(file);
  if (text === null) return null;
  const read = readAs(v.pipe(v.string(), v.parseJson(), shape), text);
  // What the parser says would quote the text, and with it the password.
  if (!read.success) throw new Fault('secret-file', `${file} is damaged`, again);
  const { seal, password, ...rest } = read.output;
  return {
    ...rest,
    password: new Secret(password),
    seal: {
      publicKey: Buffer.from(seal.publicKey, 'hex'),
      privateKey: Buffer.from(seal.privateKey, 'hex'),
    },
  };
}

function textIn(file: string): string | null {
  try {
    const stats = statSync(file);
    const { mode, size } = stats;
    if (!stats.isFile()) throw new Fault('secret-file', `${file} is no file`, again);
    if ((mode & 0o077) !== 0)
      throw new Fault('secret-file', `${file} can be read by others`, `Run chmod 600 ${file}`);
    if (size > fileMaxBytes) throw new Fault('secret-file', `${file} is too large`, again);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    if (error instanceof Fault) throw error;
    throw new Fault('secret-file', `cannot read ${file} (${codeOf(error)})`, again, error);
  }
}

const textOf = ({ password, seal, ...rest }: Credentials): string =>
  `${JSON.stringify({
    ...rest,
    password: password.reveal(),
    seal: {
      publicKey: Buffer.from(seal.publicKey).toString('hex'),
      privateKey: Buffer.from(seal.privateKey).toString('hex'),
    },
  })}\n`;
