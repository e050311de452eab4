/** The disks of a virtual box: a bare Debian 12 with systemd, an empty one for the box's data, and one with what is brought along. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from '../cache.ts';
import { missing, need } from '../debian.ts';
import { type Processor, whileArm64Runs } from '../processor.ts';

/** Raised when what is below makes something else of the same packages. */
const recipe = 2;
const rootMiB = 1_400;
/** Small: each power cut is judged by looking at all of it. */
const dataMiB = 64;

const archive = 'http://deb.debian.org/debian';
/** No more than a Raspberry Pi OS Lite has, and a good deal less. */
const packages = 'systemd,systemd-sysv,dbus,udev,kmod,libstdc++6,iproute2,procps';
/** Nobody sits at this machine, and nothing may begin to work in it by itself. */
const masked = [
  'getty@tty1.service',
  'serial-getty@ttyS0.service',
  'serial-getty@ttyAMA0.service',
  'apt-daily.timer',
  'apt-daily-upgrade.timer',
  'dpkg-db-backup.timer',
  'fstrim.timer',
  'e2scrub_all.timer',
  'e2scrub_reap.service',
  'systemd-tmpfiles-clean.timer',
];

const bringAgent = `[Unit]
Description=Commands from outside of the virtual machine
DefaultDependencies=no
After=local-fs.target

[Service]
ExecStart=/bin/bash /opt/brought/agent
OOMScoreAdjust=-900

[Install]
WantedBy=sysinit.target
`;

const mounts = `/dev/vda / ext4 defaults 0 1
/dev/vdb /var/lib/smartbox ext4 defaults 0 2
/dev/vdc /opt/brought ext4 ro 0 0
`;

/**
 * A Debian 12 as its archive has it today, with no trace of SmartBox.
 * @returns the path of a raw image, to be used below an overlay only. @throws Fault `vm-missing`
 */
export function bareDebian(processor: Processor): string {
  need({ debootstrap: 'debootstrap', mke2fs: 'e2fsprogs', 'qemu-img': 'qemu-utils' });
  if (processor === 'arm64') need({ 'qemu-aarch64-static': 'qemu-user-static' });
  if (process.getuid?.() !== 0) throw missing('a Debian is made by root alone', 'run as root');
  return cached(`debian-12-${processor}-r${recipe}.img`, work => {
    const root = join(work, 'root');
    const args = [`--arch=${processor}`, '--variant=minbase', `--include=${packages}`, 'bookworm'];
    const made = (): void => {
      const stdio = ['ignore', 'pipe', 'pipe'] as const;
      execFileSync('debootstrap', [...args, root, archive], { stdio: [...stdio], maxBuffer: 64 * 1_048_576 });
    };
    try {
      if (processor === 'arm64') whileArm64Runs(made);
      else made();
    } catch (error) {
      throw missing('debootstrap made no Debian 12', 'is the Debian archive reachable?', error);
    }
    furnish(root);
    return imageOf(root, join(work, 'image'), rootMiB);
  });
}

function furnish(root: string): void {
  const units = join(root, 'etc/systemd/system');
  for (const unit of masked) symlinkSync('/dev/null', join(units, unit));
  writeFileSync(join(units, 'brought.service'), bringAgent);
  mkdirSync(join(units, 'sysinit.target.wants'), { recursive: true });
  symlinkSync('../brought.service', join(units, 'sysinit.target.wants/brought.service'));
  for (const folder of ['opt/brought', 'var/lib/smartbox'])
    mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'etc/fstab'), mounts);
  writeFileSync(join(root, 'etc/hostname'), 'virtual-box\n');
  // There is no archive inside; to read lists of 60,000 packages would take an emulated processor minutes.
  for (const folder of ['var/cache/apt/archives', 'var/lib/apt/lists']) {
    rmSync(join(root, folder), { recursive: true, force: true });
    mkdirSync(join(root, folder, 'partial'), { recursive: true });
  }
}

/** An empty file system, as on the day on which a box is put up. */
export function emptyDisk(path: string): string {
  const folder = `${path}.empty`;
  mkdirSync(folder);
  imageOf(folder, path, dataMiB);
  rmSync(folder, { recursive: true });
  return path;
}

/** A disk with these files, by the name that they have there; programs among them can be run. */
export function broughtDisk(path: string, files: Readonly<Record<string, string>>): string {
  const folder = `${path}.files`;
  mkdirSync(folder);
  for (const [name, file] of Object.entries(files)) {
    copyFileSync(file, join(folder, name));
    chmodSync(join(folder, name), 0o755);
  }
  imageOf(folder, path, 160);
  rmSync(folder, { recursive: true });
  return path;
}

function imageOf(folder: string, path: string, mib: number): string {
  rmSync(path, { force: true });
  execFileSync('mke2fs', ['-q', '-t', 'ext4', '-d', folder, path, `${mib}M`], { stdio: 'pipe' });
  return path;
}

/** A disk over another that stays as it is. */
export function overlay(path: string, base: string, format: 'raw' | 'qcow2'): string {
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', base, '-F', format, path], {
    stdio: 'pipe',
  });
  return path;
}

export const copyDisk = (from: string, to: string): void => cpSync(from, to);
