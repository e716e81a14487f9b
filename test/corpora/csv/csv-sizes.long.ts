/** CSV files of millions of rows. */

import { testTable } from '../run-table.ts';
import { longSizes } from './sizes.ts';

testTable(longSizes);
