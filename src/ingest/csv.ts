/** Reads delimited text as a stream of raw rows: the header is known at once, memory stays flat whatever the size, and nothing is dropped or repaired silently. */

import type { RawRow } from '../domain/item.ts';
import { decodeToUtf8 } from './decode.ts';
import { fileFault } from './file-fault.ts';
import { type Delimiter, endOfFirstLine, readFirstLine } from './first-line.ts';
import { readHeader } from './header.ts';
import { openRecords, type RecordReader } from './records.ts';

export interface TableLimits {
  /** Rows with text, the header not counted. */
  maxRows: number;
  maxColumns: number;
  maxRecordBytes: number;
}

export interface Table {
  header: string[];
  delimiter: Delimiter;
  /** Arrays of up to 500; can be read once. */
  rows: AsyncIterable<RawRow[]>;
  /** Lets go of the input wherever the reading stands; a table whose rows nobody reads would hold its file open. */
  close(): Promise<void>;
}

const rowsPerArray = 500;
/** A spreadsheet that was formatted to its very end exports this many rows without text. */
const blankRowsAllowed = 1_048_576;

/**
 * Reads the header of a CSV or TSV file (RFC 4180; comma, semicolon or tab; BOM, UTF-8, UTF-16 or the named charset) and gives its rows as a stream.
 * Rows whose cell count differs from the header's come out as they are. Row numbers are those a spreadsheet shows.
 * @throws ChanceryError invalid_input, issues at path `file`: here for faults of the beginning, out of `rows` for faults found later
 */
export async function openCsv(
  input: AsyncIterable<Uint8Array>,
  limits: TableLimits,
  options: { charset?: string } = {},
): Promise<Table> {
  const chunks = decodeToUtf8(input, options.charset);
  try {
    const head = await readHead(chunks, limits.maxRecordBytes);
    const { delimiter, skip } = readFirstLine(head);
    const reader = openRecords(
      delimiter,
      {
        maxRecordBytes: limits.maxRecordBytes,
        maxRows: limits.maxRows,
        maxRowNumber: limits.maxRows + 1 + blankRowsAllowed,
      },
      skip === 0 ? 1 : 2,
    );
    const records = readRecords(reader, head.subarray(skip), chunks);
    const first = await firstRecords(records);
    const header = readHeader((first[0] as RawRow).cells, limits.maxColumns);
    return {
      header,
      delimiter,
      rows: rowsAfter(first.slice(1), records, limits.maxRows),
      close: async () => void (await records.return(undefined)),
    };
  } catch (error) {
    await chunks.return(undefined);
    throw error;
  }
}

/** Enough of the file to hold the first line that is not blank, and the next one after a `sep=` line. */
async function readHead(chunks: AsyncGenerator<Buffer>, maxRecordBytes: number): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  while (endOfFirstLine(head) === -1) {
    const next = await chunks.next();
    if (next.done) return head;
    head = Buffer.concat([head, next.value]);
    if (head.length > maxRecordBytes + 64 * 1024) throw fileFault('record_too_large', { line: 1, max: maxRecordBytes });
  }
  return head;
}

async function* readRecords(reader: RecordReader, head: Buffer, chunks: AsyncGenerator<Buffer>) {
  try {
    if (head.length > 0) yield await reader.feed(head);
    for await (const chunk of chunks) yield await reader.feed(chunk);
    yield await reader.finish();
  } finally {
    await chunks.return(undefined);
  }
}

async function firstRecords(records: AsyncGenerator<RawRow[]>): Promise<RawRow[]> {
  for (;;) {
    const next = await records.next();
    if (next.done) throw fileFault('empty_file');
    if (next.value.length > 0) return next.value;
  }
}

async function* rowsAfter(first: RawRow[], records: AsyncGenerator<RawRow[]>, maxRows: number) {
  let count = 0;
  try {
    for (let rows = first; ; ) {
      count += rows.length;
      if (count > maxRows) throw fileFault('too_many_rows', { max: maxRows });
      for (let at = 0; at < rows.length; at += rowsPerArray) yield rows.slice(at, at + rowsPerArray);
      const next = await records.next();
      if (next.done) break;
      rows = next.value;
    }
  } finally {
    await records.return(undefined);
  }
  if (count === 0) throw fileFault('no_rows');
}
