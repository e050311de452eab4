import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Prng } from '../../../scripts/rig/prng.ts';
import { readCsv } from '../../../src/relay/core/csv.ts';

const limits = { rowsMax: 3, columns: ['a', 'b'] };
const cells = (text: string): unknown => {
  const table = readCsv(text, limits);
  return 'rows' in table ? table.rows.map(row => [row.line, row.cells.a, row.cells.b]) : table.problem;
};

test('tables as spreadsheets write them', () => {
  const table: readonly (readonly [string, unknown])[] = [
    ['a,b\n1,2\n', [[2, '1', '2']]],
    [
      '\ufeffA;B\r\n1;2,5\r\n\r\n3;4',
      [
        [2, '1', '2,5'],
        [4, '3', '4'],
      ],
    ],
    ['b,a\n"x,y","say ""hi"""\n', [[2, 'say "hi"', 'x,y']]],
    [
      'a,b\n"1\n2",3\n4,5\n',
      [
        [2, '1\n2', '3'],
        [4, '4', '5'],
      ],
    ],
    ['a,b\n1,\n', [[2, '1', '']]],
    [
      'a,b\r1,2\r"3\r\r",4\r5,6',
      [
        [2, '1', '2'],
        [3, '3', '4'],
        [6, '5', '6'],
      ],
    ],
    ['a\n1\n', [[2, '1', undefined]]],
    // Copied out of a spreadsheet; a comma is part of a cell there.
    [
      'a\tb\n1,5\t2\n3\t\n',
      [
        [2, '1,5', '2'],
        [3, '3', ''],
      ],
    ],
    ['\ufeffsep=;\r\na;b\r\n1;2\r\n', [[3, '1', '2']]],
    ['\n\na;b\n1;2\n', [[4, '1', '2']]],
    // Rows that somebody has emptied are saved as separators.
    ['a;b\n1;2\n;\n ; \n', [[2, '1', '2']]],
    ['a,b\n', []],
  ];
  for (const [text, expected] of table) assert.deepEqual(cells(text), expected, JSON.stringify(text));
});

test('what is no table is said', () => {
  const table: readonly (readonly [string, RegExp])[] = [
    ['', /empty/],
    ['a,c\n1,2\n', /“c”/],
    ['a,a\n1,2\n', /twice/],
    ['a,b\n1\n', /1 cells where 2/],
    ['a,b\n1,2,3\n', /3 cells/],
    ['a,b\n1,x"y\n', /quote/],
    ['a,b\n1,"x\n', /quote/],
    ['a|b\n1|2\n', /“a\|b”/],
    ['sep=|\na|b\n', /“sep=\|”/],
    ['a,b\n1,2\n1,2\n1,2\n1,2\n', /more than 3 rows/],
  ];
  for (const [text, expected] of table) assert.match(String(cells(text)), expected, JSON.stringify(text));
});

test('whatever is written is read back', () => {
  const prng = new Prng(5);
  const letters = ['x', ',', ';', '"', '\n', ' ', 'é', '\r\n'];
  const word = (): string => `.${Array.from({ length: prng.int(0, 6) }, () => prng.pick(letters)).join('')}.`;
  for (let round = 0; round < 500; round += 1) {
    const rows = Array.from({ length: prng.int(0, 3) }, () => [word(), word()]);
    const text = [
      'a,b',
      ...rows.map(row => row.map(cell => `"${cell.replaceAll('"', '""')}"`).join(',')),
    ].join('\n');
    const table = readCsv(text, limits);
    assert.ok('rows' in table);
    assert.deepEqual(
      table.rows.map(row => [row.cells.a, row.cells.b]),
      rows,
    );
  }
});
