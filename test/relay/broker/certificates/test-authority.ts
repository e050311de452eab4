/** Authorities and certificates that live as long as a test wants, made by openssl in a folder of the test. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const openssl = (folder: string, ...args: readonly string[]): void =>
  void execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });

/** As `openssl ca` wants an instant. */
const stamp = (ms: number): string => `${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;

const dayMs = 86_400_000;

export interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** From now. */
interface Lasting {
  readonly fromDays: number;
  readonly toDays: number;
}

const datesOf = ({ fromDays, toDays }: Lasting): readonly string[] => [
  ...['-startdate', stamp(Date.now() + fromDays * dayMs)],
  ...['-enddate', stamp(Date.now() + toDays * dayMs)],
];

export interface PairOptions extends Partial<Lasting> {
  /** Lines as `openssl ca -extfile` wants them, in place of the usual ones. */
  readonly extensions?: readonly string[];
  /** Signs in place of the authority. */
  readonly by?: Pair;
}

export class TestAuthority {
  readonly name: string;
  readonly folder: string;
  /** Its own certificate, as PEM. */
  readonly pem: string;
  #made = 0;

  /** Makes a folder of its own in `under`. */
  constructor(under: string, name: string, lasts: Lasting = { fromDays: 0, toDays: 30 }) {
    this.name = name;
    this.folder = join(under, `authority-${name}`);
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(join(this.folder, 'index.txt'), '');
    writeFileSync(join(this.folder, 'serial'), '1000\n');
    writeFileSync(
      join(this.folder, 'ca.cnf'),
      [
        ...['[ca]', 'default_ca = own', '[own]', 'dir = .', 'database = index.txt', 'serial = serial'],
        ...['new_certs_dir = .', 'certificate = ca.pem', 'private_key = ca.key', 'default_md = sha256'],
        ...[
          'policy = any',
          'unique_subject = no',
          'x509_extensions = leaf',
          '[any]',
          'commonName = supplied',
        ],
        ...['[leaf]', 'subjectAltName = IP:127.0.0.1,DNS:localhost', 'basicConstraints = CA:FALSE'],
        ...['[itself]', 'basicConstraints = critical,CA:TRUE', 'subjectKeyIdentifier = hash'],
        ...['keyUsage = critical,keyCertSign,cRLSign', ''],
      ].join('\n'),
    );
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'ca.key'];
    openssl(this.folder, 'req', '-new', ...key, '-out', 'ca.csr', '-subj', `/CN=${name}`);
    const own = [
      '-selfsign',
      '-keyfile',
      'ca.key',
      '-extensions',
      'itself',
      '-in',
      'ca.csr',
      '-out',
      'ca.pem',
    ];
    openssl(this.folder, 'ca', '-config', 'ca.cnf', '-batch', '-notext', ...datesOf(lasts), ...own);
    this.pem = readFileSync(join(this.folder, 'ca.pem'), 'utf8');
  }

  /** For 127.0.0.1, from `fromDays` to `toDays` from now. */
  pair({ fromDays = -1, toDays = 25, extensions, by }: PairOptions = {}): Pair {
    this.#made += 1;
    const name = `leaf-${this.#made}`;
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${name}.key`];
    openssl(
      this.folder,
      'req',
      '-new',
      ...key,
      '-out',
      `${name}.csr`,
      '-subj',
      `/CN=${name}-of-${this.name}`,
    );
    const dates = datesOf({ fromDays, toDays });
    const files = ['-in', `${name}.csr`, '-out', `${name}.pem`, ...this.#special(name, extensions, by)];
    openssl(this.folder, 'ca', '-config', 'ca.cnf', '-batch', '-notext', ...dates, ...files);
    const read = (end: string): string => readFileSync(join(this.folder, `${name}.${end}`), 'utf8');
    return { cert: read('pem'), key: read('key') };
  }

  #special(name: string, extensions: PairOptions['extensions'], by: Pair | undefined): readonly string[] {
    const lay = (end: string, text: string): string => {
      writeFileSync(join(this.folder, `${name}.${end}`), text);
      return `${name}.${end}`;
    };
    return [
      ...(extensions === undefined ? [] : ['-extfile', lay('ext', extensions.join('\n'))]),
      ...(by === undefined ? [] : ['-cert', lay('by.pem', by.cert), '-keyfile', lay('by.key', by.key)]),
    ];
  }
}

/** The two files of a server, and the ways in which they are replaced in the field. */
export class PairOnDisk {
  readonly folder: string;
  readonly certFile: string;
  readonly keyFile: string;
  #version = 0;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
    this.certFile = join(folder, 'tls.crt');
    this.keyFile = join(folder, 'tls.key');
  }

  get config(): { readonly certFile: string; readonly keyFile: string } {
    return { certFile: this.certFile, keyFile: this.keyFile };
  }

  /** One after the other, in place. */
  write({ cert, key }: Pair): void {
    writeFileSync(this.certFile, cert);
    writeFileSync(this.keyFile, key);
  }

  /** As cert-manager's volumes: `tls.crt → ..data/tls.crt`, and `..data` is switched to another folder in one step. */
  swapFolder(pair: Pair): void {
    const name = this.#lay(pair);
    if (this.#version === 1) {
      symlinkSync(name, join(this.folder, '..data'));
      symlinkSync('..data/tls.crt', this.certFile);
      symlinkSync('..data/tls.key', this.keyFile);
      return;
    }
    symlinkSync(name, join(this.folder, '..data_tmp'));
    renameSync(join(this.folder, '..data_tmp'), join(this.folder, '..data'));
  }

  /** As certbot's `live` folder: each file is a link into the archive, and is replaced by another link. */
  swapLinks(pair: Pair): void {
    const name = this.#lay(pair);
    for (const [file, end] of [
      [this.certFile, 'tls.crt'],
      [this.keyFile, 'tls.key'],
    ] as const) {
      symlinkSync(join(name, end), `${file}.new`);
      renameSync(`${file}.new`, file);
    }
  }

  #lay({ cert, key }: Pair): string {
    this.#version += 1;
    const name = `archive-${this.#version}`;
    mkdirSync(join(this.folder, name));
    writeFileSync(join(this.folder, name, 'tls.crt'), cert);
    writeFileSync(join(this.folder, name, 'tls.key'), key);
    return name;
  }
}
