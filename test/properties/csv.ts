/** What is written as CSV is read back the same, by our reader and by csv-parse as it is. */

import assert from 'node:assert/strict';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { readCsv } from '../corpora/csv/read-csv.ts';
import { cases } from './runs.ts';

const cell = fc.oneof(
  fc.string({
    unit: fc.constantFrom('a', '"', ',', ';', '\n', '\r', '\t', ' ', "'", '=', 'é', '😀', '\u2028', '\0', '\ufeff'),
    maxLength: 6,
  }),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
);
const file = fc.record({
  rows: fc
    .integer({ min: 1, max: 5 })
    .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 })),
  delimiter: fc.constantFrom(',', ';', '\t'),
  end: fc.constantFrom('\n', '\r\n', '\r'),
  bom: fc.boolean(),
  quoted: fc.boolean(),
});

export async function holdCsv(runs: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(file, async ({ rows, delimiter, end, bom, quoted }) => {
      const header = (rows[0] as string[]).map((_, at) => `h${at}`);
      const text = stringify([header, ...rows], {
        delimiter,
        record_delimiter: end,
        bom,
        quoted: quoted || header.length === 1,
        quoted_match: /[\r\n"]|^\ufeff/,
      });
      const isBlank = (cells: string[]) => cells.every((one) => one.trim() === '');
      const meant = rows.map((cells, at) => [at + 2, ...cells]).filter(([, ...cells]) => !isBlank(cells as string[]));
      fc.pre(meant.length > 0);
      // A header of one column has no delimiter to be told from.
      const own = await readCsv({
        bytes: Buffer.from(header.length === 1 ? `sep=${delimiter}\n${text.replace(/^\ufeff/, '')}` : text),
      });
      assert.deepEqual(own.header, header);
      assert.deepEqual(own.rows, meant);
      const other = parse(text, { delimiter, bom: true, record_delimiter: end }) as string[][];
      assert.deepEqual(other.slice(1), rows);
    }),
    cases(runs),
  );
}
