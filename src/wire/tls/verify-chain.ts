import { execFile } from 'node:child_process';
import type { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';
import type { WallMs } from '../../base/brand.ts';
import { codeOf } from '../../base/fault.ts';
import type { Authorities } from '../authorities.ts';

export interface PresentedChain {
  /** The server's own first, then what it sent with it. */
  readonly chain: readonly X509Certificate[];
  /** Null: those that Node trusts. */
  readonly authorities: Authorities;
  /** The instant at which every certificate of the chain has to be valid. */
  readonly at: WallMs;
}

/** Null: the chain is good at that instant. Otherwise what is wrong with it, for people. Never rejects. */
export type VerifyChain = (presented: PresentedChain) => Promise<string | null>;

const systemOpenssl = '/usr/bin/openssl';
/** A small computer that is busy with other things. */
const answerMs = 15_000;

/**
 * All that OpenSSL asks of a server's chain, but at another instant than the system's: Node cannot ask it that (`-attime`), and what it
 * says of a chain with a wrong date says nothing of what else is wrong with it, since a later error takes the place of an earlier one.
 */
export const verifyChain: VerifyChain = verifyChainBy(systemOpenssl);

/** By the `openssl` at this path. A chain is refused while there is none: what nobody has looked at may be wrong in more than its date. */
export function verifyChainBy(openssl: string): VerifyChain {
  return presented => verified(openssl, presented);
}

async function verified(openssl: string, presented: PresentedChain): Promise<string | null> {
  let folder: string | null = null;
  try {
    folder = await mkdtemp(join(tmpdir(), 'smartbox-chain-'));
    return await asked(openssl, await filesIn(folder, presented), presented);
  } catch (error) {
    return `it cannot be looked at (${codeOf(error)})`;
  } finally {
    if (folder !== null) await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

interface ChainFiles {
  readonly authorities: string;
  readonly server: string;
  readonly others: string | null;
}

async function filesIn(folder: string, { chain, authorities }: PresentedChain): Promise<ChainFiles> {
  const lay = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const [server = '', ...others] = chain.map(each => each.toString());
  return {
    authorities: await lay('authorities', authorities ?? getCACertificates('default').join('\n')),
    server: await lay('server', server),
    others: others.length === 0 ? null : await lay('others', others.join('\n')),
  };
}

/** Level 2 is what Node itself asks of keys and signatures. */
function asked(openssl: string, files: ChainFiles, { at }: PresentedChain): Promise<string | null> {
  const words = [
    ...['verify', '-attime', String(Math.floor(at / 1_000)), '-purpose', 'sslserver', '-auth_level', '2'],
    ...['-no-CApath', '-no-CAstore', '-CAfile', files.authorities],
    ...(files.others === null ? [] : ['-untrusted', files.others]),
    files.server,
  ];
  const options = { env: { OPENSSL_CONF: '/dev/null' }, timeout: answerMs, killSignal: 'SIGKILL' } as const;
  return new Promise(resolve => {
    execFile(openssl, words, options, (error, _stdout, stderr) => {
      if (error === null) resolve(null);
      else if (codeOf(error) === 'ENOENT')
        resolve('openssl is not there to look at the rest: apt install openssl');
      else resolve(whyNot(stderr));
    });
  });
}

/** As in `error 20 at 0 depth lookup: unable to get local issuer certificate`. */
function whyNot(words: string): string {
  const why = /^error \d+ at \d+ depth lookup: ?(.{1,200})$/m.exec(words)?.[1];
  return why ?? 'openssl does not believe it';
}
