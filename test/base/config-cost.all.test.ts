/** As `config-cost.test.ts`, with every shape in every value and every name. */
import { test } from 'node:test';
import { allLongTexts } from '../long-texts.ts';
import { files, valuesAreCheap } from './config-costs.ts';

for (const file of files)
  test(`every value and name of ${file[0]} may be long, and costs less than 100 ms`, () =>
    valuesAreCheap(file, allLongTexts, 1));
