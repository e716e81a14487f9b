/** The tables of JSON documents. */

import { testTable } from '../run-table.ts';
import { documents } from './read-json.ts';

testTable(documents);
