/** csv-parse behind a push interface: bytes in, numbered rows out, faults as issues that name the line where the trouble began. */

import { parse } from 'csv-parse';
import type { RawRow } from '../domain/item.ts';
import { ChanceryError } from '../errors.ts';
import { fileFault } from './file-fault.ts';
import type { Delimiter } from './first-line.ts';

export interface RecordLimits {
  maxRecordBytes: number;
  /** Of all rows, blank ones too. */
  maxRowNumber: number;
  /** Told when `maxRowNumber` is passed. */
  maxRows: number;
}

export interface RecordReader {
  feed(chunk: Buffer): Promise<RawRow[]>;
  finish(): Promise<RawRow[]>;
}

/** Rows without any text are left out but counted. `firstLine` is the file's line the bytes start in, from 1. */
export function openRecords(delimiter: Delimiter, limits: RecordLimits, firstLine: number): RecordReader {
  const place = { row: 0, line: firstLine, parserLines: 0, recordEnd: 0, fed: 0 };
  let ready: RawRow[] = [];
  const onRecord = (cells: string[], info: { lines: number; bytes: number }): null => {
    place.row++;
    if (place.row > limits.maxRowNumber) throw fileFault('too_many_rows', { max: limits.maxRows });
    // csv-parse counts a CRLF inside quotes as two lines, so cells with line breaks are counted here.
    place.line += info.lines - place.parserLines === 1 ? 1 : 1 + lineBreaksIn(cells);
    place.parserLines = info.lines;
    place.recordEnd = info.bytes;
    if (!isBlank(cells)) ready.push({ row: place.row, cells });
    return null;
  };
  const parser = parse({
    bom: true,
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    max_record_size: limits.maxRecordBytes,
    on_record: onRecord,
  });
  const fault = (error: unknown) => asFileFault(error, place.line, parser, limits.maxRecordBytes);
  expectAnyLength(parser);
  // The callbacks below report every error; without a listener it would end the process as well.
  parser.on('error', () => {});
  parser.resume();
  const take = () => {
    const rows = ready;
    ready = [];
    return rows;
  };
  return {
    feed: (chunk) =>
      new Promise((resolve, reject) => {
        place.fed += chunk.length;
        parser.write(chunk, (error) => {
          // csv-parse does not count empty cells, so a record of commas alone would grow without end.
          if (error) reject(fault(error));
          else if (place.fed - place.recordEnd > limits.maxRecordBytes) {
            reject(fileFault('record_too_large', { line: place.line, max: limits.maxRecordBytes }));
          } else resolve(take());
        });
      }),
    finish: () =>
      new Promise((resolve, reject) => {
        parser.end((error?: Error | null) => (error ? reject(fault(error)) : resolve(take())));
      }),
  };
}

/**
 * Tells csv-parse that every record has the length it should have. Otherwise it builds an error with a copy of each ragged or blank
 * record, only to drop it: measured 45 µs a line against 1 µs, so a gigabyte of line breaks would hold a core for hours.
 */
function expectAnyLength(parser: unknown): void {
  const { state } = parser as { state?: { record?: unknown[] } };
  if (state === undefined) return;
  Object.defineProperty(state, 'expectedRecordLength', { get: () => state.record?.length, set: () => {} });
}

function isBlank(cells: string[]): boolean {
  for (const cell of cells) if (cell !== '' && cell.trim() !== '') return false;
  return true;
}

function lineBreaksIn(cells: readonly string[]): number {
  let count = 0;
  for (const cell of cells) count += cell.match(/\r\n|\r|\n/g)?.length ?? 0;
  return count;
}

function asFileFault(error: unknown, recordLine: number, parser: unknown, maxRecordBytes: number): ChanceryError {
  if (error instanceof ChanceryError) return error;
  const code = (error as { code?: unknown }).code;
  // Cells of the unfinished record: with them the line of the opening quote is exact, without them it is the record's.
  const unfinished = (parser as { state?: { record?: unknown } }).state?.record;
  const line = recordLine + (Array.isArray(unfinished) ? lineBreaksIn(unfinished.map(String)) : 0);
  if (code === 'CSV_QUOTE_NOT_CLOSED') return fileFault('unclosed_quote', { line });
  if (code === 'CSV_INVALID_CLOSING_QUOTE' || code === 'INVALID_OPENING_QUOTE')
    return fileFault('stray_quote', { line });
  if (code === 'CSV_MAX_RECORD_SIZE') return fileFault('record_too_large', { line: recordLine, max: maxRecordBytes });
  return new ChanceryError('internal', 'internal error', { cause: error });
}
