/** Debian's Dovecot on ports of its own, with one mailbox in a temporary folder, into which mail falls as a mail server drops it. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort, makeCertificates } from '../../../../scripts/rig/mosquitto-server.ts';
import { until } from '../../../../scripts/rig/until.ts';

/** Why tests with a real IMAP server are skipped; false: they are not. */
export const withoutDovecot: string | false =
  spawnSync('dovecot', ['--version']).error === undefined ? false : 'dovecot is not installed';

/** Made up for tests. */
export const imapPassword = 'imap-password';
export const imapUser = 'bounces@example.org';

export interface Dovecot {
  readonly port: number;
  readonly tlsPort: number;
  readonly caFile: string;
  readonly passwordFile: string;
  /** Drops a mail into INBOX. */
  deliver(mail: string): void;
  /** Flags of each mail in INBOX, as its Maildir has them: letters of standard ones, then names of others. */
  flags(): readonly string[];
  stop(): Promise<void>;
  start(): Promise<void>;
  dispose(): Promise<void>;
}

interface Ids {
  readonly internal: string;
  readonly login: string;
  readonly uid: number;
  readonly gid: number;
}

/** Dovecot gives rights up where it has them; started by anybody else, it keeps those. */
function idsHere(): Ids {
  const { uid, gid, username } = userInfo();
  if (uid !== 0) return { internal: username, login: username, uid, gid };
  const id = (what: string): number => Number(execFileSync('id', [what, 'dovecot'], { encoding: 'utf8' }));
  return { internal: 'dovecot', login: 'dovenull', uid: id('-u'), gid: id('-g') };
}

interface Config extends Ids {
  readonly folder: string;
  readonly port: number;
  readonly tlsPort: number;
}

const configOf = ({ folder, port, tlsPort, internal, login, uid, gid }: Config): string => `
protocols = imap
listen = 127.0.0.1
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log
default_internal_user = ${internal}
default_internal_group = ${execFileSync('id', ['-gn', internal], { encoding: 'utf8' }).trim()}
default_login_user = ${login}
first_valid_uid = 1
ssl = yes
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
mail_location = maildir:${folder}/mail
passdb {
  driver = static
  args = password=${imapPassword}
}
userdb {
  driver = static
  args = uid=${uid} gid=${gid} home=${folder}/mail
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = ${tlsPort}
  }
}
service anvil {
  chroot =
}
`;

export async function dovecot(): Promise<Dovecot> {
  const folder = mkdtempSync(join(tmpdir(), 'smartbox-imap-'));
  chmodSync(folder, 0o755);
  const ids = idsHere();
  const maildir = join(folder, 'mail');
  for (const name of ['', 'new', 'cur', 'tmp']) {
    mkdirSync(join(maildir, name), { recursive: true });
    chownSync(join(maildir, name), ids.uid, ids.gid);
  }
  const { ca } = makeCertificates(folder);
  const [port, tlsPort] = [await freePort(), await freePort()];
  writeFileSync(join(folder, 'dovecot.conf'), configOf({ ...ids, folder, port, tlsPort }));
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, `${imapPassword}\n`);
  let running: ChildProcess | null = null;
  let count = 0;
  const start = async (): Promise<void> => {
    running = spawn('dovecot', ['-F', '-c', join(folder, 'dovecot.conf')], { stdio: 'ignore' });
    await until('dovecot', () => isOpen(port), 30_000);
  };
  const stop = async (): Promise<void> => {
    if (running === null || running.exitCode !== null) return;
    const ended = once(running, 'exit');
    running.kill('SIGTERM');
    await ended;
  };
  const dropped = (name: string, mail: string): void => {
    const file = join(maildir, 'tmp', name);
    writeFileSync(file, mail.replaceAll(/\r?\n/g, '\r\n'));
    chownSync(file, ids.uid, ids.gid);
    renameSync(file, join(maildir, 'new', name));
  };
  await start();
  return {
    ...{ port, tlsPort, caFile: ca, passwordFile, start, stop },
    deliver: mail => {
      count += 1;
      dropped(`${Date.now()}.${count}.test`, mail);
    },
    flags: () => flagsIn(maildir),
    dispose: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** In a Maildir flags stand behind `:2,` in the name; small letters are keywords, by number in another file. */
function flagsIn(maildir: string): readonly string[] {
  const keywords = new Map<string, string>();
  try {
    for (const line of readFileSync(join(maildir, 'dovecot-keywords'), 'utf8').trim().split('\n')) {
      const [number = '', name = ''] = line.split(' ');
      keywords.set(String.fromCharCode(97 + Number(number)), name);
    }
  } catch {
    // There is no such file before the first keyword.
  }
  const names = [...readdirSync(join(maildir, 'new')), ...readdirSync(join(maildir, 'cur'))];
  return names
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map(name => {
      const [, letters = ''] = name.split(':2,');
      return [...letters].map(letter => keywords.get(letter) ?? letter).join(' ');
    });
}

const isOpen = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
