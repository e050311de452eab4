/** A browser as its owner would call it, from the line by which it introduces itself. */
import { cleanLine } from '../../../base/plain-line.ts';

const agentMax = 60;
const readMax = 400;

/** The first that fits: most browsers say that they are others too. */
const browsers = [
  ['Edg', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['FxiOS/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['CriOS/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const;

const systems = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'Mac'],
  ['Linux', 'Linux'],
] as const;

const firstIn = (text: string, list: readonly (readonly [sign: string, name: string])[]): string =>
  list.find(([sign]) => text.includes(sign))?.[1] ?? '';

export function browserName(agent: string | undefined): string {
  const line = cleanLine((agent ?? '').slice(0, readMax)).trim();
  const names = [firstIn(line, browsers), firstIn(line, systems)].filter(name => name !== '');
  if (names.length > 0) return names.join(', ');
  return line === '' ? '?' : line.slice(0, agentMax).toWellFormed();
}
