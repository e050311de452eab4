/** The passphrase of a backup: from a file, stdin, the environment or a systemd credential; never from the command line. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readBounded } from '../../../base/bounded-file.ts';
import { Fault, reasonOf } from '../../../base/fault.ts';
import { Secret } from '../../../base/secret.ts';
import type { Task } from './verb.ts';

const passphraseVariable = 'SMARTBOX_BACKUP_PASSPHRASE';
const credentialName = 'smartbox-backup-passphrase';
const stdin = 0;
const passphraseMaxBytes = 65_536;

/** @throws Fault `passphrase` */
export function passphraseOf(task: Task, env: Readonly<Record<string, string | undefined>>): Secret {
  const file = task.text('passphrase-file');
  if (file !== null) return firstLine(file);
  const credential = join(env.CREDENTIALS_DIRECTORY ?? '/nonexistent', credentialName);
  if (existsSync(credential)) return firstLine(credential);
  const variable = env[passphraseVariable];
  if (variable !== undefined && variable !== '') return new Secret(variable);
  throw new Fault(
    'passphrase',
    'no passphrase is given',
    `Add --passphrase-file FILE (- for stdin), or set ${passphraseVariable}.`,
  );
}

function firstLine(file: string): Secret {
  let text: string;
  try {
    text = readBounded(file === '-' ? stdin : file, { maxBytes: passphraseMaxBytes, pipes: true }).toString(
      'utf8',
    );
  } catch (error) {
    throw new Fault('passphrase', `cannot read the passphrase: ${reasonOf(error)}`, 'Check the file.', error);
  }
  const [line = ''] = text.split(/\r?\n/);
  if (line === '')
    throw new Fault('passphrase', 'the passphrase is empty', 'Its first line is the passphrase.');
  return new Secret(line);
}
