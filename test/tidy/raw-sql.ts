import type { Sources } from './sources.ts';

const statement = /['"`]\s*(?:select|insert|update|delete)\s[^'"`]*/gi;
const named = /\b(?:from|join|into|update)\s+([a-z]\w*)/gi;
const created = /\bcreate\s+(?:temp\s+)?table\s+(?:if\s+not\s+exists\s+)?([a-z]\w*)/gi;
const interfaceOfTables = /export interface Tables \{([^}]*)\}/;

/** Names that SQLite and PostgreSQL have of their own. */
const isBuiltIn = (table: string): boolean => /^(?:sqlite_|pg_|pragma_|information_schema)/.test(table);

const namesIn = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, name = '']) => name.toLowerCase());

/** Tables of today's relay and box. An old migration still creates tables under names that a later one changed: those do not count. */
export function tablesOfToday(sources: Sources): ReadonlySet<string> {
  const relay = interfaceOfTables.exec(sources.get('src/relay/store/tables.ts') ?? '')?.[1] ?? '';
  const box = sources.get('src/box/adapters/sqlite/schema.ts') ?? '';
  return new Set([...namesIn(relay, /readonly (\w+):/g), ...namesIn(box, created)]);
}

/** It makes a database of an older program, with the names of its time. */
const ofAnOlderProgram = 'test/relay/store/carried-over.test.ts';

/** SQL that a test or a script writes by hand is checked by no compiler: it names a table that exists, or one that its own file creates. */
export function strangersInSql(sources: Sources, known: ReadonlySet<string>): readonly string[] {
  const complaints: string[] = [];
  for (const [path, text] of sources) {
    if (path.startsWith('src/') || path === ofAnOlderProgram) continue;
    const own = new Set(namesIn(text, created));
    for (const [sql] of text.matchAll(statement))
      for (const table of namesIn(sql, named))
        if (!known.has(table) && !own.has(table) && !isBuiltIn(table))
          complaints.push(`${path}: no table is called ${table}: ${sql.slice(1, 60)}`);
  }
  return complaints;
}
