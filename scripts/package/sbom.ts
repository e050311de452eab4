/** The bill of materials: CycloneDX 1.6, JSON (cyclonedx.org/docs/1.6/json). */
import type { Component } from './components.ts';
import { nodeVersion } from './node-runtime.ts';
import { manifest, type Target } from './target.ts';
import { sqlite, type Within, withinNode } from './within.ts';

interface About {
  readonly name: string;
  readonly target: Target;
  readonly date: Date;
}

const purlOf = ({ name, version }: Component): string => `pkg:npm/${name.replace('@', '%40')}@${version}`;

/** `sha512-BASE64` of npm as hexadecimal digits. */
const hashesOf = (integrity: string) => {
  const [alg, base64] = integrity.split('-');
  return alg === 'sha512' && base64 !== undefined
    ? { hashes: [{ alg: 'SHA-512', content: Buffer.from(base64, 'base64').toString('hex') }] }
    : {};
};

/** One licence has an id, several are an expression. */
const licensesOf = (spdx: string): readonly object[] =>
  /^[\w.+-]+$/.test(spdx) ? [{ license: { id: spdx } }] : [{ expression: spdx.replace(/^\((.*)\)$/, '$1') }];

/** CPE is by what the lists of known holes name software that is in no registry. */
const cpeOf: Readonly<Record<string, (version: string) => string>> = {
  openssl: version => `cpe:2.3:a:openssl:openssl:${version}:*:*:*:*:*:*:*`,
  sqlite: version => `cpe:2.3:a:sqlite:sqlite:${version}:*:*:*:*:*:*:*`,
};

const partOf = (whole: string, { name, version }: Within): object => ({
  ...{ type: 'library', 'bom-ref': `${whole}/${name}`, name, version },
  ...(cpeOf[name] === undefined ? {} : { cpe: cpeOf[name](version) }),
});

/** Lists the parts of a package's binary that are somebody else's work. */
const partsOf = ({ name, path }: Component): object => {
  if (name !== 'better-sqlite3') return {};
  return { components: [{ ...partOf(path, sqlite()), licenses: licensesOf('blessing') }] };
};

const refOf = ({ path }: Pick<Component, 'path'>): string => path;

export function billOfMaterials({ name, target, date }: About, components: readonly Component[]): string {
  const node = `node-${nodeVersion}-${target.node}`;
  const bill = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      timestamp: date.toISOString(),
      component: {
        ...{ type: 'application', 'bom-ref': name, name, version: manifest.version },
        licenses: licensesOf('Apache-2.0'),
        purl: `pkg:deb/smartbox/${name}@${manifest.version}?arch=${target.debian}`,
      },
    },
    components: [
      {
        ...{ type: 'platform', 'bom-ref': node, name: 'node', version: nodeVersion },
        // Of the binary as npm has it; in the package its symbols are gone.
        hashes: [{ alg: 'SHA-256', content: target.nodeSha256 }],
        licenses: licensesOf('MIT'),
        purl: `pkg:npm/node-linux-${target.node}@${nodeVersion}`,
        components: withinNode().map(part => partOf(node, part)),
      },
      ...components.map(each => ({
        ...{ type: 'library', 'bom-ref': refOf(each), name: each.name, version: each.version },
        ...hashesOf(each.integrity),
        licenses: licensesOf(each.license),
        purl: purlOf(each),
        ...partsOf(each),
      })),
    ],
    dependencies: [
      { ref: name, dependsOn: [node, ...components.map(refOf)] },
      { ref: node },
      ...components.map(each => ({ ref: refOf(each), dependsOn: each.needs.map(path => refOf({ path })) })),
    ],
  };
  return `${JSON.stringify(bill, null, 1)}\n`;
}
