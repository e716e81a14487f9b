/** Hostile texts against the product's regular expressions. */

import { testTable } from '../run-table.ts';
import { pumpedRows, pumpedTexts, ruleTable } from './pumps.ts';

testTable(pumpedRows(30_000));
testTable(pumpedTexts(30_000));
testTable(ruleTable);
