/** Where the rows of a batch come from: a spreadsheet, whose header says which column is which, or rows that a door has already told apart. */

import type { RawRow } from '../../domain/item.ts';
import type { Template } from '../../domain/template.ts';
import type { ColumnNames, ColumnPlan } from '../../ingest/columns.ts';

export interface CsvSource {
  kind: 'csv';
  /** The file, as it comes in; can be read once. */
  bytes: AsyncIterable<Uint8Array>;
  /** Encoding of the file if it is neither UTF-8 nor UTF-16. */
  charset?: string;
  /** The door's words for name, e-mail and dates. */
  columnNames: ColumnNames;
}

export interface RowSource {
  kind: 'rows';
  open(template: Template): OpenRows;
}

export interface OpenRows {
  /** Which values a row has, in the order of its cells; the headers are the paths of issues. */
  plan: ColumnPlan;
  /** Numbered from 1; can be read once. What is wrong with the whole is thrown out of it, as `invalid_input`. */
  rows: AsyncIterable<RawRow[]>;
}

export type BatchSource = CsvSource | RowSource;

/** A file as a batch's source. */
export function csvSource(bytes: AsyncIterable<Uint8Array>, columnNames: ColumnNames, charset?: string): CsvSource {
  return { kind: 'csv', bytes, columnNames, charset };
}
