/** The tables of XML. */

import { testTable } from '../run-table.ts';
import { asTheyAre, withoutDoctype } from './xmltest.ts';

testTable(asTheyAre);
testTable(withoutDoctype);
