/** The csv-spectrum acid test: each CSV file with the table its JSON says it is. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Entry, Table } from '../run-table.ts';
import { type CsvFile, type ReadTable, readCsv } from './read-csv.ts';

const root = dirname(createRequire(import.meta.url).resolve('csv-spectrum/package.json'));
const names = [
  'comma_in_quotes',
  'empty',
  'empty_crlf',
  'escaped_quotes',
  'json',
  'newlines',
  'newlines_crlf',
  'quotes_and_newlines',
  'simple',
  'simple_crlf',
  'utf8',
];

/** Cells in the order of the header, since that is what a row of ours is. */
function entryOf(name: string): Entry<CsvFile, string[][]> {
  const rows = JSON.parse(readFileSync(join(root, 'json', `${name}.json`), 'utf8')) as Record<string, string>[];
  return { name, input: fileOf(name), gives: [Object.keys(rows[0] ?? {}), ...rows.map((row) => Object.values(row))] };
}

const fileOf = (name: string): CsvFile => ({ bytes: readFileSync(join(root, 'csvs', `${name}.csv`)) });

const withoutNumbers = ({ header, rows }: ReadTable) => [header, ...rows.map(([, ...cells]) => cells)];

export const spectrum: Table<CsvFile, string[][]> = {
  name: 'CSV: csv-spectrum',
  from: 'csv-spectrum 2.0.0 (BSD-2-Clause)',
  feed: async (file) => withoutNumbers(await readCsv(file)),
  entries: [
    ...names.map(entryOf),
    // Quotes in the middle of a cell that is not quoted: some readers take them as they are, ours names the line.
    { name: 'location_coordinates', input: fileOf('location_coordinates'), refused: 'stray_quote' },
  ],
};
