/** What a package says of its own contents, and how to find out without believing it. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

interface Part {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly hashes?: readonly { readonly content: string }[];
  readonly components?: readonly Part[];
}

export interface Bill {
  readonly components: readonly Part[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

/** The schema that CycloneDX publishes (cyclonedx.org/schema/bom-1.6.schema.json), as its own library carries it. */
export function schemaOfBills(): ValidateFunction {
  const library = createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json');
  const read = (name: string) =>
    JSON.parse(readFileSync(join(dirname(library), 'res/schema', `${name}.SNAPSHOT.schema.json`), 'utf8'));
  const ajv = new Ajv({ strict: false, allErrors: true });
  // Under the names by which the schema asks for them.
  for (const name of ['spdx', 'jsf-0.82'])
    ajv.addSchema(read(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  formats.default(ajv);
  // Of addresses in other scripts, which no bill of ours has.
  for (const unknown of ['iri-reference', 'idn-email']) ajv.addFormat(unknown, true);
  return ajv.compile(read('bom-1.6'));
}

/** Every npm package of which there is a line in the programs below this folder, by esbuild's own notes. */
export function packagesIn(folder: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.js')) continue;
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
      const at = line.startsWith('// ') ? line.lastIndexOf('node_modules/') : -1;
      if (at < 0) continue;
      const [scope = '', name = ''] = line.slice(at + 'node_modules/'.length).split('/');
      found.add(scope.startsWith('@') ? `${scope}/${name}` : scope);
    }
  }
  return found;
}
