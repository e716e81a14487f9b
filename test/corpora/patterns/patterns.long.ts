/** Hostile texts of the longest kind against the product's regular expressions. */

import { testTable } from '../run-table.ts';
import { pumpedRows, pumpedTexts } from './pumps.ts';

testTable({ ...pumpedRows(90_000), maxSeconds: 5 });
// The address reader takes nine fields, each of the whole text.
testTable(pumpedTexts(50_000));
