/** What the tables of CSV files are fed to: the reader alone, and the reader with the judgement of each row behind it. */

import assert from 'node:assert/strict';
import { columnNames } from '../../../src/api/wire.ts';
import { parseTemplate } from '../../../src/domain/template.ts';
import { invalidInput } from '../../../src/errors.ts';
import { planColumns } from '../../../src/ingest/columns.ts';
import { openCsv } from '../../../src/ingest/csv.ts';
import { compileRowSchema } from '../../../src/ingest/row-schema.ts';
import { tableLimits } from '../../../src/usecases/batches/open-source.ts';

export interface CsvFile {
  bytes: Uint8Array;
  charset?: string;
}

export interface ReadTable {
  header: string[];
  /** The number of the row in the file, then its cells. */
  rows: [number, ...string[]][];
}

const limits = tableLimits(10_000);
/** Files up to this size are also read byte by byte. */
const smallFile = 2_000;

export const csv = (text: string): CsvFile => ({ bytes: Buffer.from(text) });

async function* pieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function readOnce({ bytes, charset }: CsvFile, piece: number): Promise<ReadTable> {
  const table = await openCsv(pieces(bytes, piece), limits, { charset });
  const rows: ReadTable['rows'] = [];
  for await (const some of table.rows) for (const { row, cells } of some) rows.push([row, ...cells]);
  return { header: table.header, rows };
}

/** Throws what the reader throws; that the answer depends on how the file arrives is a fault. */
export async function readCsv(file: CsvFile): Promise<ReadTable> {
  const settled = async (piece: number) => {
    const [outcome] = await Promise.allSettled([readOnce(file, piece)]);
    return outcome.status === 'fulfilled' ? outcome.value : outcome.reason;
  };
  const whole = await settled(1 << 20);
  for (const piece of file.bytes.length <= smallFile ? [1, 3] : []) {
    const again = await settled(piece);
    // What is likely the encoding is guessed from what has arrived by then.
    if (whole instanceof Error) assert.deepEqual(codesOf(again), codesOf(whole), `in pieces of ${piece}`);
    else assert.deepEqual(again, whole, `in pieces of ${piece}`);
  }
  if (whole instanceof Error) throw whole;
  return whole;
}

const codesOf = (error: unknown) => (error as { issues?: { code: string }[] }).issues?.map(({ code }) => code);

export interface JudgedTable {
  /** Name and e-mail address of each row that is taken, then its other values. */
  taken: string[][];
  /** `row path code` of every issue. */
  issues: string[];
}

const template = parseTemplate({
  format: 'chancery-template/1',
  name: 'Table',
  language: 'en',
  page: { width: 100, height: 100 },
  fields: [
    { type: 'text', name: 'Note', maxLength: 10_000 },
    { type: 'number', name: 'Score' },
    { type: 'date', name: 'Held' },
    { type: 'url', name: 'Link' },
    { type: 'email', name: 'Contact' },
    { type: 'evidence', name: 'Proofs' },
  ],
  elements: [{ type: 'rectangle', x: 0, y: 0, width: 1, height: 1 }],
  achievement: { name: 'Table', description: 'Table', criteria: 'Table' },
});

function judgeOf(header: string[]) {
  if (!('template' in template)) throw new TypeError(JSON.stringify(template));
  const planned = planColumns(header, template.template, columnNames);
  if ('issues' in planned) throw invalidInput('header', planned.issues);
  return compileRowSchema(template.template, planned.plan);
}

/** Reads the file and judges its rows as a batch of our own API would. */
export async function judgeCsv(file: CsvFile): Promise<JudgedTable> {
  const { header, rows } = await readCsv(file);
  const judge = judgeOf(header);
  const result: JudgedTable = { taken: [], issues: [] };
  for (const [row, ...cells] of rows) {
    const judged = judge({ row, cells });
    if ('issues' in judged) result.issues.push(...judged.issues.map(({ path, code }) => `${row} ${path} ${code}`));
    else {
      const { name, email, fields } = judged.row;
      result.taken.push([name, email, ...Object.values(fields).map((value) => JSON.stringify(value))]);
    }
  }
  return result;
}

/** One row that has been read already. */
export const judgeCells = (header: string[], cells: string[]) => judgeOf(header)({ row: 2, cells });
