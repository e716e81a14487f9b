/** Expressions of other engines, in templates and in values. */

import { testTable } from '../run-table.ts';
import { filling, mailValues, placeholders } from './values.ts';

testTable(placeholders);
testTable(filling);
testTable(mailValues);
