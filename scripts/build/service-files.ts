import { chmodSync, copyFileSync, existsSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** The units of `systemd/` run these files besides the programs: they have the same names beside them in `dist/` and in a package. */
export function copyServiceFiles(root: string, folder: string): void {
  const source = join(root, 'systemd/lib');
  for (const name of readdirSync(source)) {
    copyFileSync(join(source, name), join(folder, name));
    chmodSync(join(folder, name), 0o755);
  }
}

/** The pinned Node under the name by which the units start it; a package has the file itself there. */
export function linkNode(folder: string): void {
  const node = join('../node_modules', `node-linux-${process.arch}`, 'bin/node');
  if (existsSync(join(folder, node))) symlinkSync(node, join(folder, 'node'));
}
