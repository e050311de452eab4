/** Everything compiled: copied beside the bundle, where the bundle's own loaders find it whatever the working folder. */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

type Arch = 'x64' | 'arm64';

/** Where npm put the binaries of one architecture. */
const sources = (root: string, arch: Arch): Readonly<Record<string, string>> => {
  const modules = join(root, 'node_modules');
  const infix = arch === 'arm64' ? 'armv8.' : '';
  return {
    'better-sqlite3.node': join(modules, 'better-sqlite3/prebuilds', `linux-${arch}.node`),
    'serialport.node': join(
      modules,
      '@serialport/bindings-cpp/prebuilds',
      `linux-${arch}`,
      `@serialport+bindings-cpp.${infix}glibc.node`,
    ),
  };
};

/** Copies what exists for both architectures, and epoll for this one; says in a line what is not there. */
export function copyNative(root: string, app: string): void {
  for (const arch of ['x64', 'arm64'] as const) {
    const folder = join(app, 'native', arch);
    mkdirSync(folder, { recursive: true });
    for (const [name, source] of Object.entries(sources(root, arch)))
      copyFileSync(source, join(folder, name));
  }
  const epoll = join(root, 'node_modules/epoll/build/Release/epoll.node');
  if (builtEpoll(root, epoll)) copyFileSync(epoll, join(app, 'native', process.arch, 'epoll.node'));
}

/** epoll (under onoff) is the one package that must be compiled, for exactly the Node that will load it. */
function builtEpoll(root: string, file: string): boolean {
  if (loads(file)) return true;
  const headers = join(root, 'node_modules', `node-linux-${process.arch}`);
  const outcome = spawnSync(
    'npm',
    ['rebuild', 'epoll', '--foreground-scripts', '--ignore-scripts=false', `--nodedir=${headers}`],
    {
      cwd: root,
      encoding: 'utf8',
      timeout: 300_000,
    },
  );
  if (loads(file)) return true;
  const why =
    /not found|No such file|gyp ERR! (.*)/.exec(`${outcome.stderr}${outcome.stdout}`)?.[0] ?? 'unknown';
  console.log(
    `build: epoll was not compiled (${why}), so gpio driver onoff will refuse to start; install g++, make and python3, then build again`,
  );
  return false;
}

/** Tried in a process of its own: a binary for another Node can do worse than throw. */
function loads(file: string): boolean {
  if (!existsSync(file)) return false;
  const script = 'process.dlopen({ exports: {} }, process.argv[1])';
  try {
    execFileSync(process.execPath, ['-e', script, file], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const loader = (name: string): string => `
const file = require('node:path').join(__dirname, 'native', process.arch, ${JSON.stringify(name)});
let loaded;
module.exports = () => {
  if (loaded === undefined) {
    const module = { exports: {} };
    process.dlopen(module, file);
    loaded = module.exports;
  }
  return loaded;
};`;

/** These replace the packages' own searches for a binary, and modules that never run on Linux. */
const replacements: readonly { readonly path: RegExp; readonly from: RegExp; readonly contents: string }[] = [
  { path: /^bindings$/, from: /\/epoll\//, contents: loader('epoll.node') },
  { path: /^node-gyp-build$/, from: /@serialport/, contents: loader('serialport.node') },
  {
    path: /^\.\/binding$/,
    from: /\/better-sqlite3\//,
    contents: `${loader('better-sqlite3.node')}\nmodule.exports = { getBinding: module.exports };`,
  },
  { path: /^\.\/(darwin|win32)$/, from: /bindings-cpp/, contents: '' },
  { path: /^\.\/serialport-mock$/, from: /\/serialport\//, contents: '' },
  {
    path: /^debug$/,
    from: /@serialport/,
    contents: 'module.exports = () => Object.assign(() => {}, { enabled: false });',
  },
];

export const nativeLoaders: Plugin = {
  name: 'native-loaders',
  setup(build) {
    for (const [index, { path, from }] of replacements.entries())
      build.onResolve({ filter: path }, args =>
        from.test(args.importer) ? { path: `${index}-${args.path}`, namespace: 'replaced' } : null,
      );
    build.onLoad({ filter: /.*/, namespace: 'replaced' }, args => ({
      contents: replacements[Number.parseInt(args.path, 10)]?.contents ?? '',
      loader: 'js',
      resolveDir: process.cwd(),
    }));
  },
};
