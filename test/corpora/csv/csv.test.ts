/** The tables of CSV files. */

import { testTable } from '../run-table.ts';
import { spectrum } from './spectrum.ts';

testTable(spectrum);
