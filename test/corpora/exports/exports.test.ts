/** Formulas in what is written. */

import { testTable } from '../run-table.ts';
import { failedRows, manifests } from './formulas.ts';

testTable(failedRows);
testTable(manifests);
