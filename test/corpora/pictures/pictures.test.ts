/** The tables of pictures and drawings. */

import { testTable } from '../run-table.ts';
import { drawings } from './drawings.ts';
import { pictures } from './pictures.ts';

testTable(pictures);
testTable(drawings);
