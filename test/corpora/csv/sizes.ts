/** Files of a gigabyte and more, made while they are read: the reader stops at its limit, and has not asked for more than a little beyond it. */

import assert from 'node:assert/strict';
import { openCsv } from '../../../src/ingest/csv.ts';
import { tableLimits } from '../../../src/usecases/batches/open-source.ts';
import type { Entry, Outcome, Table } from '../run-table.ts';

export interface HugeFile {
  begin: string;
  /** What follows again and again. */
  repeat: string;
  bytes: number;
  /** Default: 1,000,000. */
  maxRows?: number;
}

export interface Reading {
  /** Rows that came out. */
  rows: number;
  /** Bytes of the file that were asked for. */
  asked: number;
}

const gibibyte = 2 ** 30;
const mebibyte = 2 ** 20;
/** What the reading came to when it was refused. */
const readings = new WeakMap<Error, Reading>();

export async function readHuge({ begin, repeat, bytes, maxRows = 1_000_000 }: HugeFile): Promise<Reading> {
  const reading: Reading = { rows: 0, asked: 0 };
  let isOpen = true;
  async function* file() {
    try {
      yield Buffer.from(begin);
      const piece = Buffer.from(repeat.repeat(Math.ceil(65_536 / repeat.length)));
      for (; reading.asked < bytes; reading.asked += piece.length) yield piece;
    } finally {
      isOpen = false;
    }
  }
  try {
    const table = await openCsv(file(), tableLimits(maxRows));
    for await (const rows of table.rows) reading.rows += rows.length;
    return reading;
  } catch (error) {
    readings.set(error as Error, reading);
    throw error;
  } finally {
    assert.ok(!isOpen, 'the file is left open');
  }
}

const refused = (
  name: string,
  file: Omit<HugeFile, 'bytes'>,
  code: string,
  maxAsked = 2 * mebibyte,
): Entry<HugeFile, Reading> => ({
  name,
  input: { ...file, bytes: gibibyte },
  judge(outcome: Outcome<Reading>) {
    assert.ok('refused' in outcome, 'is taken');
    assert.deepEqual(outcome.refused, [code]);
    const { asked } = readings.get(outcome.error) as Reading;
    assert.ok(asked <= maxAsked, `${asked} bytes were read`);
  },
});

export const sizes: Table<HugeFile, Reading> = {
  name: 'CSV: a gibibyte of anything',
  from: 'written for this project',
  feed: readHuge,
  entries: [
    refused('in one quoted cell', { begin: 'a,b\n1,"', repeat: 'x' }, 'record_too_large'),
    refused('in one cell', { begin: 'a,b\n1,', repeat: 'x' }, 'record_too_large'),
    refused('in one quoted name of a column', { begin: '"', repeat: 'x' }, 'record_too_large'),
    refused('in one name of a column', { begin: '', repeat: 'x' }, 'record_too_large'),
    refused('line breaks in one quoted cell', { begin: 'a,b\n1,"', repeat: '\n' }, 'record_too_large'),
    refused('doubled quotes in one cell', { begin: 'a,b\n1,"', repeat: '""' }, 'record_too_large'),
    refused('quotes, unclosed and closed', { begin: 'a,b\n', repeat: '"' }, 'record_too_large'),
    refused('delimiters', { begin: 'a,b\n', repeat: ',' }, 'record_too_large'),
    refused('columns', { begin: 'a', repeat: ',a' }, 'record_too_large'),
    refused('line breaks before the header', { begin: '', repeat: '\n' }, 'record_too_large'),
    refused('blanks before the header', { begin: '', repeat: ' ' }, 'record_too_large'),
    refused('rows', { begin: 'a,b\n', repeat: '1,2\n', maxRows: 1_000 }, 'too_many_rows'),
    refused('zeros', { begin: 'a,b\n1,', repeat: '\0' }, 'wrong_encoding'),
    refused('sep= lines', { begin: '', repeat: 'sep=;\n' }, 'empty_header'),
  ],
};

/** What takes seconds, since a spreadsheet's million of empty rows is let pass. */
export const longSizes: Table<HugeFile, Reading> = {
  name: 'CSV: millions of rows',
  from: 'written for this project',
  feed: readHuge,
  maxSeconds: 60,
  entries: [
    refused('CR LF behind the header', { begin: 'a,b\n', repeat: '\r\n' }, 'too_many_rows', 6 * mebibyte),
    refused('line breaks behind the header', { begin: 'a,b\n', repeat: '\n' }, 'too_many_rows', 4 * mebibyte),
    refused('rows without text', { begin: 'a,b\n', repeat: ' ,\n' }, 'too_many_rows', 8 * mebibyte),
    {
      name: 'two million rows, which are all read',
      input: { begin: 'name,email\n', repeat: 'Ana,ana@example.org\n', bytes: 2_000_000 * 20, maxRows: 2_100_000 },
      judge: (outcome) => assert.ok('output' in outcome && outcome.output.rows >= 2_000_000),
    },
  ],
};
