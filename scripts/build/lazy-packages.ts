import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

/** `const { a, b } = await import('package')`. */
const lazyImport = (specifier: string): RegExp =>
  new RegExp(`\\{([\\w\\s,:]+)\\}\\s*=\\s*await\\s+import\\(\\s*['"]${specifier}['"]`, 'g');

/**
 * A CommonJS package that is imported dynamically has only a default export in a bundle, where Node gives it names as well.
 * Between the two stands a module that exports by name what the importing file asks for.
 */
export const lazyPackages: Plugin = {
  name: 'lazy-packages',
  setup(build) {
    build.onResolve({ filter: /^[@\w]/ }, args => {
      if (args.kind !== 'dynamic-import' || args.path.startsWith('node:')) return null;
      const names = namesAsked(readFileSync(args.importer, 'utf8'), args.path);
      const pluginData = { names, resolveDir: args.resolveDir };
      return { path: args.path, suffix: `?${names.join()}`, namespace: 'lazy', pluginData };
    });
    build.onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path, pluginData }) => {
      const { names, resolveDir } = pluginData as { names: readonly string[]; resolveDir: string };
      const exported = names.map(name => `export const ${name} = all.${name};`);
      const lines = [`import * as all from '${path}';`, 'export default all.default;', ...exported];
      return { contents: lines.join('\n'), loader: 'js', resolveDir };
    });
  },
};

function namesAsked(text: string, specifier: string): readonly string[] {
  const names = new Set<string>();
  for (const match of text.matchAll(lazyImport(specifier)))
    for (const part of (match[1] ?? '').split(',')) {
      const name = part.split(':')[0]?.trim() ?? '';
      if (name !== '' && name !== 'default') names.add(name);
    }
  return [...names];
}
