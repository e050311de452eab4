/** No value of a configuration costs more than its length. Each has a few shapes here, all of them in `config-cost.all.test.ts`. */
import { test } from 'node:test';
import { longTexts } from '../long-texts.ts';
import { files, valuesAreCheap } from './config-costs.ts';

for (const file of files)
  test(`values and names of ${file[0]} may be long, and cost less than 100 ms`, () =>
    valuesAreCheap(file, longTexts, 6));
