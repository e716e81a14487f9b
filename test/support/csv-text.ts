/** Rows as the text of a CSV file (RFC 4180). */

import { stringify } from 'csv-stringify/sync';

export const csv = (rows: readonly (readonly string[])[]): string =>
  stringify(rows as string[][], { record_delimiter: '\r\n' });
