/** This says which files are in which package, and where. */
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { boardOf } from '../../src/cli/boards.ts';
import { boxFile } from '../../src/cli/box-file.ts';
import { exampleConfig } from '../../src/relay/app/verbs/setup.ts';
import { bundle } from '../build/bundle.ts';
import { copyServiceFiles } from '../build/service-files.ts';
import { boxCompletion, relayCompletion } from './completion.ts';
import { componentsOf } from './components.ts';
import { thirdPartyLicences } from './licences.ts';
import { boxPages, type Page, relayPages } from './manual.ts';
import { compiledOf, type NativeName, nativeFiles, strip } from './native-files.ts';
import { nodeRuntime } from './node-runtime.ts';
import { billOfMaterials } from './sbom.ts';
import { manifest, root, type Target } from './target.ts';
import { Tree } from './tree.ts';

export const packageNames = ['smartbox', 'smartbox-relay'] as const;
export type PackageName = (typeof packageNames)[number];

interface Content {
  /** Bin → its entry point. */
  readonly programs: Readonly<Record<string, string>>;
  /** Where companions of these programs may be named. */
  readonly sources: string;
  readonly native: readonly NativeName[];
  /** Bin → its folder; who runs it, root or anybody. */
  readonly commands: Readonly<Record<string, 'bin' | 'sbin'>>;
  readonly pages: (date: Date) => Promise<readonly Page[]>;
  /** Command → what bash is told of it. */
  readonly completion: () => Promise<string>;
  /** File of `systemd/` → where systemd and udev look for it. */
  readonly system: Readonly<Record<string, string>>;
  readonly examples: Readonly<Record<string, () => string>>;
}

const sources = join(root, 'src');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const contents: Readonly<Record<PackageName, Content>> = {
  smartbox: {
    programs: { smartboxd: join(sources, 'box/app/main.ts'), smartbox: join(sources, 'cli/main.ts') },
    sources: join(sources, 'box'),
    native: ['better-sqlite3.node', 'serialport.node', 'epoll.node', 'gpio-lines'],
    commands: { smartboxd: 'sbin', smartbox: 'bin' },
    pages: boxPages,
    completion: boxCompletion,
    system: {
      'smartboxd.service': 'usr/lib/systemd/system/smartboxd.service',
      'smartboxd.service.d/10-onoff.conf': 'usr/lib/systemd/system/smartboxd.service.d/10-onoff.conf',
      'smartbox.sysusers': 'usr/lib/sysusers.d/smartbox.conf',
      'smartbox.tmpfiles': 'usr/lib/tmpfiles.d/smartbox.conf',
      '70-smartbox.rules': 'usr/lib/udev/rules.d/70-smartbox.rules',
      '90-smartbox.rules': 'usr/lib/udev/rules.d/90-smartbox.rules',
    },
    examples: {
      'box.yaml': () => boxFile(boardOf('pi4-4')),
      'wiring.md': () => read('hardware/README.md'),
      'hardware-watchdog.conf': () => read('systemd/examples/hardware-watchdog.conf'),
    },
  },
  'smartbox-relay': {
    programs: { 'smartbox-relay': join(sources, 'relay/app/main.ts') },
    sources: join(sources, 'relay'),
    native: ['better-sqlite3.node'],
    commands: { 'smartbox-relay': 'bin' },
    pages: async date => relayPages(date),
    completion: async () => relayCompletion(),
    system: {
      'smartbox-relay.service': 'usr/lib/systemd/system/smartbox-relay.service',
      'smartbox-relay.sysusers': 'usr/lib/sysusers.d/smartbox-relay.conf',
      'smartbox-relay.tmpfiles': 'usr/lib/tmpfiles.d/smartbox-relay.conf',
    },
    examples: {
      'relay.yaml': () => exampleConfig('/var/lib/smartbox-relay'),
      'grafana-relay.json': () => read('docs/monitoring/grafana-relay.json'),
      'prometheus.yml': () => read('docs/monitoring/prometheus.yml'),
      'smartbox-alerts.yml': () => read('docs/monitoring/smartbox-alerts.yml'),
    },
  },
};

export const configFile: Readonly<Record<PackageName, string>> = {
  smartbox: 'etc/smartbox/box.yaml',
  'smartbox-relay': 'etc/smartbox-relay/relay.yaml',
};

export interface Order {
  readonly name: PackageName;
  readonly target: Target;
  readonly date: Date;
}

/** Lays the package out in `folder`, all but what dpkg reads of it. */
export async function layOut(order: Order, folder: string): Promise<Tree> {
  const { name, target } = order;
  const content = contents[name];
  const tree = new Tree(folder);
  const runtime = nodeRuntime(target);
  const lib = join(folder, 'usr/lib', name);
  await bundle({ root, sources: content.sources, programs: content.programs, folder: lib });
  const app = join(lib, 'app');
  rmSync(join(app, 'native'), { recursive: true, force: true });
  nativeFiles(content.native, target, runtime, join(app, 'native', target.node));
  for (const program of Object.keys(content.programs)) withoutShebang(join(lib, `${program}.js`));
  for (const file of readdirSync(app)) if (file.endsWith('.sh')) chmodSync(join(app, file), 0o755);
  for (const file of readdirSync(join(app, 'native', target.node)))
    chmodSync(join(app, 'native', target.node, file), file.endsWith('.node') ? 0o644 : 0o755);
  copyServiceFiles(root, lib);
  if (name === 'smartbox-relay') for (const script of ['configured', 'make-safe']) rmSync(join(lib, script));
  tree.copy(join(runtime, 'bin/node'), `usr/lib/${name}/node`, 0o755);
  strip(target, join(lib, 'node'));
  tree.put(
    `usr/lib/${name}/package.json`,
    `${JSON.stringify({ name: 'smartbox', version: manifest.version, type: 'module' })}\n`,
  );
  for (const [command, where] of Object.entries(content.commands))
    tree.program(`usr/${where}/${command}`, wrapper(name, command));
  for (const [file, path] of Object.entries(content.system)) tree.copy(join(root, 'systemd', file), path);
  tree.copy(join(root, 'packaging', name, configFile[name].split('/').at(-1) ?? ''), configFile[name]);
  await document(order, tree, runtime);
  return tree;
}

/** Compiled code is kept with whoever runs it: nothing but dpkg writes into `/usr`. */
const wrapper = (name: PackageName, command: string): string => `#!/bin/sh
CACHE_DIRECTORY=\${CACHE_DIRECTORY:-\${XDG_CACHE_HOME:-\${HOME:-/nonexistent}/.cache}/smartbox} \\
  exec /usr/lib/${name}/node /usr/lib/${name}/${command}.js "$@"
`;

/** A package has its own Node and its own commands: the line by which a shell would look for one, goes. */
function withoutShebang(file: string): void {
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^#!.*\n/, ''));
  chmodSync(file, 0o644);
}

async function document({ name, target, date }: Order, tree: Tree, runtime: string): Promise<void> {
  const { native, pages, completion, examples } = contents[name];
  const doc = `usr/share/doc/${name}`;
  const app = join(tree.folder, 'usr/lib', name, 'app');
  const components = componentsOf(
    app,
    // A script that browsers are given is no import of the bundle.
    [...native.flatMap(file => compiledOf[file]), ...(name === 'smartbox-relay' ? ['htmx.org'] : [])],
  );
  // Their texts are in one file, and dpkg knows no second one beside each script.
  for (const file of readdirSync(app)) if (file.endsWith('.LEGAL.txt')) rmSync(join(app, file));
  tree.gzip(`${doc}/third-party-licences`, thirdPartyLicences(components, runtime));
  tree.put(`${doc}/sbom.cdx.json`, billOfMaterials({ name, target, date }, components));
  tree.copy(join(root, 'packaging/copyright'), `${doc}/copyright`);
  if (name === 'smartbox-relay') tree.copy(join(root, 'packaging/lucide-licence'), `${doc}/lucide-licence`);
  tree.gzip(`${doc}/changelog`, changelog(name, date));
  for (const [file, text] of Object.entries(examples)) tree.put(`${doc}/examples/${file}`, text());
  for (const { name: page, section, text } of await pages(date))
    tree.gzip(`usr/share/man/man${section}/${page}.${section}`, text);
  tree.put(`usr/share/bash-completion/completions/${name}`, await completion());
  tree.copy(join(root, 'packaging', name, 'lintian-overrides'), `usr/share/lintian/overrides/${name}`);
}

export const maintainer = 'SmartBox <packages@smartbox.example.org>';

const changelog = (name: string, date: Date): string =>
  `${name} (${manifest.version}) stable; urgency=medium

  * Made of the sources of this day; their history says what is new.

 -- ${maintainer}  ${date.toUTCString().replace('GMT', '+0000')}
`;

/** Scripts of `packaging/NAME/` that dpkg runs, and what it is to know. */
export function describe({ name, target, date }: Order, tree: Tree): void {
  const control = read(`packaging/${name}/control`)
    .replace('@VERSION@', manifest.version)
    .replace('@ARCH@', target.debian)
    .replace('@MAINTAINER@', maintainer)
    .replace('@SIZE@', String(tree.installedKib()));
  const sums = tree.md5sums();
  tree.put('DEBIAN/control', control);
  tree.put('DEBIAN/md5sums', sums);
  tree.put('DEBIAN/conffiles', `/${configFile[name]}\n`);
  for (const script of ['postinst', 'prerm', 'postrm'])
    tree.program(`DEBIAN/${script}`, read(`packaging/${name}/${script}`));
  tree.settle(date);
}
