import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { authorOf, type Component, licenceOf } from './components.ts';
import { nodeVersion } from './node-runtime.ts';
import { sqlite } from './within.ts';

const rule = '='.repeat(80);

/** The usual text, for a package that names the licence and brings no copy of it. */
const mit = (holder: string): string => `Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software
is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES
OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE
LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR
IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** @throws Error for a package whose licence nobody can be shown */
function textOf(component: Component): string {
  const text = licenceOf(component);
  if (text !== null) return text;
  if (component.license === 'MIT') return mit(authorOf(component));
  throw new Error(`${component.path} is under ${component.license} and brings no text of it`);
}

function sqliteTerms(): string {
  const { version, notice } = sqlite();
  return `SQLite ${version}, within better-sqlite3\n\n${notice}`;
}

/** Every third party's licence in full, Node's own first. */
export function thirdPartyLicences(components: readonly Component[], runtime: string): string {
  const node = readFileSync(join(runtime, 'LICENSE'), 'utf8').trim();
  const parts = [
    `Node.js ${nodeVersion}\n\n${node}`,
    ...components.map(each => `${each.name} ${each.version} (${each.license})\n\n${textOf(each)}`),
    ...(components.some(({ name }) => name === 'better-sqlite3') ? [sqliteTerms()] : []),
  ];
  return `What SmartBox is made of besides its own sources, and under which terms.\n\n${parts.map(part => `${rule}\n${part}\n`).join('\n')}`;
}
