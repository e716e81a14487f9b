/** The tables of CSV files. */

import { testTable } from '../run-table.ts';
import { encodings } from './encodings.ts';
import { shapes } from './shapes.ts';
import { sizes } from './sizes.ts';
import { spectrum } from './spectrum.ts';

testTable(spectrum);
testTable(shapes);
testTable(encodings);
testTable(sizes);
