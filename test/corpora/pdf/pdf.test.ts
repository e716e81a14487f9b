/** Some of the hostile PDFs before each reader of uploads; the others in the long tier, for each file costs a process. */

import { testTable } from '../run-table.ts';
import { tableFor } from './read.ts';

const certificates = [
  'links that all begin as a script',
  'a page of a billion points',
  'an archive within, whose comment is too short',
];
const letters = ['no cross-reference table', 'packed once by LZW and once by Flate'];
const drawings = [...certificates, ...letters, 'the first half', 'kids that are no pages', 'a form that draws itself'];

testTable(tableFor('certificate', certificates));
testTable(tableFor('letter', letters));
testTable(tableFor('artwork', drawings));
