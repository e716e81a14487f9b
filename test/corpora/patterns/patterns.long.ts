/** Hostile texts of the longest kind against the product's regular expressions. */

import { testTable } from '../run-table.ts';
import { pumpedRows, pumpedTexts } from './pumps.ts';

testTable({ ...pumpedRows(90_000), maxSeconds: 5 });
testTable(pumpedTexts(100_000));
