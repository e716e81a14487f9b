/** The file of rows that failed: the columns as they were handed in plus `_error`, so that it can be corrected and handed in again. */

import { stringify } from 'csv-stringify/sync';
import { guardFormula } from '../domain/text.ts';

const rowsPerPiece = 200;

/**
 * CSV in UTF-8 with a byte order mark and CRLF. Cells that a spreadsheet would take for a formula get a leading apostrophe (ASVS 1.2.10),
 * which reading the file back drops. A column `_error` of the header is replaced, not doubled.
 */
export async function* failedRowsCsv(
  header: string[],
  rows: AsyncIterable<{ cells: string[]; error: string }>,
): AsyncGenerator<string> {
  const kept = header.flatMap((column, at) => (column === '_error' ? [] : [at]));
  const line = (cells: string[], error: string) => [
    // A ragged row keeps its surplus cells, behind the error column, so that nothing of it is lost.
    ...kept.map((at) => guardFormula(cells[at] ?? '')),
    guardFormula(error),
    ...cells.slice(header.length).map(guardFormula),
  ];
  yield `\ufeff${asCsv([line(header, '_error')])}`;
  let piece: string[][] = [];
  for await (const row of rows) {
    piece.push(line(row.cells, row.error));
    if (piece.length < rowsPerPiece) continue;
    yield asCsv(piece);
    piece = [];
  }
  if (piece.length > 0) yield asCsv(piece);
}

function asCsv(lines: string[][]): string {
  return stringify(lines, { record_delimiter: '\r\n', quoted_match: /[\r\n\t]/ });
}
