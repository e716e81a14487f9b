/** Every hostile PDF before every reader of uploads. */

import { testTable } from '../run-table.ts';
import { laborious, tableFor } from './read.ts';

testTable(tableFor('certificate'));
testTable(tableFor('letter'));
testTable(tableFor('artwork'));
testTable(laborious);
