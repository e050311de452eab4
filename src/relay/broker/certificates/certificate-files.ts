/** The files of a TLS server: a certificate with its chain, the key that belongs to it, and the authorities that boxes are told. */
import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { codeOf, Fault, reasonOf } from '../../../base/fault.ts';
import { readCertificates } from '../../../wire/authorities.ts';

export interface PairFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** A certificate and its key, as PEM, which belong together. */
export interface ServedPair {
  readonly cert: string;
  readonly key: string;
  readonly chain: readonly [leaf: X509Certificate, ...rest: X509Certificate[]];
}

const fault = (message: string, hint: string, cause?: unknown): Fault =>
  new Fault('certificate-file', message, hint, cause);

const textMaxBytes = 256 * 1024;

async function textOf(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > textMaxBytes) throw fault(`${file} is larger than any certificate`, 'Name the right file.');
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Fault) throw error;
    const hint = 'It must be there, and readable by the user of the relay.';
    throw fault(`cannot read ${file} (${codeOf(error)})`, hint, error);
  }
}

/** @throws Fault `certificate-file` naming the file and what is wrong with it */
export async function readPair({ certFile, keyFile }: PairFiles): Promise<ServedPair> {
  const [cert, key] = await Promise.all([textOf(certFile), textOf(keyFile)]);
  const [leaf, ...rest] = certificatesIn(certFile, cert);
  if (leaf === undefined) throw fault(`${certFile} holds no certificate`, 'Name the right file.');
  if (!leaf.checkPrivateKey(keyIn(keyFile, key)))
    throw fault(
      `${keyFile} is not the key of the certificate in ${certFile}`,
      'Put the key and the certificate there that were made for each other.',
    );
  return { cert, key, chain: [leaf, ...rest] };
}

function keyIn(file: string, text: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch (error) {
    throw fault(
      `${file} holds no key that can be read`,
      'It must be a private key as PEM, without a passphrase.',
      error,
    );
  }
}

function certificatesIn(file: string, text: string): readonly X509Certificate[] {
  try {
    return readCertificates(text);
  } catch (error) {
    throw fault(
      `${file}: ${reasonOf(error)}`,
      'It must hold certificates as PEM, one after the other.',
      error,
    );
  }
}

/** As boxes are told them. @throws Fault `certificate-file` */
export async function readAuthorities(file: string): Promise<string> {
  const text = (await textOf(file)).replace(/\r?\n$/, '');
  certificatesIn(file, text);
  return text;
}

/**
 * Changes whenever one of the files does, or is replaced behind a symbolic link. A file that is not there has a signature too.
 */
export async function signatureOf(files: readonly string[]): Promise<string> {
  const each = async (file: string): Promise<string> => {
    try {
      const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
      return [dev, ino, size, mtimeNs, ctimeNs].join(':');
    } catch (error) {
      return codeOf(error);
    }
  };
  return (await Promise.all(files.map(each))).join(' ');
}
