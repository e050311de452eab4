import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCsv } from '../../../src/relay/core/csv.ts';
import { csvLine } from '../../../src/relay/core/csv-line.ts';

test('what is written is read again, whatever is in it', () => {
  const cells = ['plain', 'a, b', 'she said "no"', 'two\r\nlines', ''];
  const read = readCsv(`a,b,c,d,e\r\n${csvLine(cells)}`, { rowsMax: 5, columns: ['a', 'b', 'c', 'd', 'e'] });
  assert.deepEqual('rows' in read && Object.values(read.rows[0]?.cells ?? {}), cells);
});

test('nothing computes in a spreadsheet', () => {
  for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1'])
    assert.equal(csvLine([text]).replaceAll('"', '').trimEnd(), `'${text}`);
});
