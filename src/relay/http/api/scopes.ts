/** Permissions of a token, or of a person by their role. One word a scope, so that a list of them fits a command line. */
export const scopes = [
  'boxes:read',
  'boxes:write',
  'commands:write',
  'keys:read',
  'keys:write',
  'drivers:read',
  'drivers:write',
  'bookings:read',
  'bookings:write',
  'codes:read',
  'events:read',
  'integrations:read',
  'integrations:write',
  'problems:read',
  'problems:write',
  'messages:read',
  'messages:write',
  'settings:read',
  'settings:write',
  'audit:read',
  'people:read',
  'people:write',
  'tokens:read',
  'tokens:write',
] as const;
export type Scope = (typeof scopes)[number];

const isScope = (word: string): word is Scope => (scopes as readonly string[]).includes(word);

/** Short forms: `admin` is all of them, `read` all that only look (codes not among them), `keys:*` both of a kind. */
function meant(word: string): readonly Scope[] {
  if (word === 'admin' || word === 'all' || word === '*') return scopes;
  if (word === 'read') return scopes.filter(scope => scope.endsWith(':read') && scope !== 'codes:read');
  if (word.endsWith(':*')) return scopes.filter(scope => scope.startsWith(word.slice(0, -1)));
  return isScope(word) ? [word] : [];
}

/** Scopes that words name, in the order of the list; and the words that name none. */
export function readScopes(words: readonly string[]): {
  readonly scopes: readonly Scope[];
  readonly unknown: readonly string[];
} {
  const parts = words.flatMap(word => word.split(/[\s,]+/)).filter(word => word !== '');
  const all = new Set(parts.flatMap(meant));
  return {
    scopes: scopes.filter(scope => all.has(scope)),
    unknown: parts.filter(word => meant(word).length === 0),
  };
}
