/** Events and their checkpoint as a table for a spreadsheet: one column a member, the same for every export. */
const csvColumns = [
  'box',
  'epoch',
  'seq',
  'at',
  'mono',
  'clock',
  'type',
  'for',
  'slot',
  'key',
  'booking',
  'who',
  'by',
  'reason',
  'proof',
  'ms',
  'device',
  'what',
  'count',
  'late',
  'prev',
  'hash',
  'from',
  'to',
  'head',
  'sig',
] as const;

export const csvHead = csvColumns.join(',');

export function csvLine(event: { readonly [name: string]: unknown }): string {
  return csvColumns.map(name => cell(event[name])).join(',');
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') return String(value);
  // A spreadsheet would run what begins like a formula.
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
