/** What is exported is imported by somebody: else it belongs to its file, or is not needed at all. */
import type { Sources } from './sources.ts';
import { bare, importsOf } from './sources.ts';

/** Folders of which every schema is walked by a test, which imports whatever a file there exports. */
const walkedWhole = /^src\/(?:wire|relay\/integrations\/fleetio\/api)\//;

const declared =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:const|let|function\*?|class|interface|type|enum) (\w+)/gm;
const named = /^(?:import|export) (?:type )?(?:\w+, )?\{([^}]*)\}(?: from '([^']+)')?/gm;

/** `path name` of each export of `src` that no other file imports. */
export function unusedExports(sources: Sources): readonly string[] {
  const wholes = new Set<string>();
  const used = new Set<string>();
  for (const [path, text] of sources) {
    const lists = new Map<string, Set<string>>();
    for (const [, names = '', from] of text.matchAll(named)) {
      const { file } =
        from === undefined ? { file: null } : (importsOf(path, `import '${from}';`)[0] ?? { file: null });
      if (file === null) continue;
      const list = lists.get(file) ?? new Set();
      lists.set(file, list);
      for (const name of names.split(',')) {
        const [, word] = /^\s*(?:type )?(\w+)/.exec(name) ?? [];
        if (word !== undefined) list.add(word);
      }
    }
    for (const [file, list] of lists) for (const name of list) used.add(`${file} ${name}`);
    for (const { file } of importsOf(path, whole(text))) if (file !== null) wholes.add(file);
  }
  return [...sources].flatMap(([path, text]) =>
    !path.startsWith('src/') || wholes.has(path) || walkedWhole.test(path)
      ? []
      : [...bare(text).matchAll(declared)]
          .map(([, name]) => `${path} ${name}`)
          .filter(each => !used.has(each)),
  );
}

/** A namespace, a module that is handed on as a whole, one that is loaded later: all of it counts as used. */
const whole = (text: string): string =>
  [...text.matchAll(/^(?:import|export) (?:type )?\*[^;]*;|\bimport\(\s*'[^']+'\s*\)/gm)]
    .map(([each]) => each)
    .join('\n');
