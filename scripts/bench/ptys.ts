import { spawnSync } from 'node:child_process';
import { readlinkSync, rmSync, symlinkSync, writeSync } from 'node:fs';
import type { Pty } from '../rig/pty.ts';

const variable = 'SMARTBOX_BENCH_PTYS';

/** Opens N pty masters, unlocks them and becomes the program named after; perl, because Node has no ioctl. */
const opener = `
$^F = 1000;
my ($n, @command) = @ARGV;
for (1 .. $n) {
  open(my $master, '+<', '/dev/ptmx') or die "/dev/ptmx: $!";
  push @masters, $master;
  my ($unlock, $number) = (pack('i', 0), pack('i', 0));
  ioctl($master, 0x40045431, $unlock) or die "TIOCSPTLCK: $!";
  ioctl($master, 0x80045430, $number) or die "TIOCGPTN: $!";
  push @names, fileno($master) . ':/dev/pts/' . unpack('i', $number);
}
$ENV{${variable}} = join ',', @names;
exec @command;
`;

/** True in a process that `withPtys` started. */
export const ptysInherited = (): boolean => process.env[variable] !== undefined;

/** Runs `command` with `count` pty masters as open descriptors, so that no relay stands between harness and tty. */
export function withPtys(
  count: number,
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): number {
  const child = spawnSync('perl', ['-e', opener, String(count), ...command], {
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  if (child.error !== undefined) throw child.error;
  return child.status ?? 1;
}

/** A pty whose master is our own descriptor: a write is in the tty's buffer when it returns. */
export interface DirectPty extends Pty {
  readonly master: number;
  readonly tty: string;
}

let next = 0;

/** The next unused pty of this process, linked at `path`. */
export async function directPty(path: string): Promise<DirectPty> {
  const named = (process.env[variable] ?? '').split(',')[next];
  next += 1;
  const [descriptor, tty] = named?.split(':') ?? [];
  if (descriptor === undefined || tty === undefined) throw new Error('no pty left: raise their number');
  const master = Number(descriptor);
  const raw = spawnSync('stty', ['-F', tty, 'raw', '-echo']);
  if (raw.status !== 0) throw new Error(`stty ${tty}: ${raw.stderr}`);
  rmSync(path, { force: true });
  symlinkSync(tty, path);
  return {
    path,
    tty: readlinkSync(path),
    master,
    write: bytes => void writeSync(master, Buffer.from(bytes)),
    heard: () => '',
    close: async () => {},
  };
}
