/** The source of a batch, opened: what it has fits the template, and its rows come out in blocks. */

import type { TemplateRow } from '../../db/templates.ts';
import { rowsPerChunk } from '../../domain/document.ts';
import type { RawRow } from '../../domain/item.ts';
import { invalidInput } from '../../errors.ts';
import { type ColumnPlan, planColumns } from '../../ingest/columns.ts';
import { openCsv, type TableLimits } from '../../ingest/csv.ts';
import { fileFault } from '../../ingest/file-fault.ts';
import { type SourceBlock, writeSource } from '../../ingest/source.ts';
import type { BatchSource, CsvSource, RowSource } from './batch-source.ts';

export const tableLimits = (maxRows: number): TableLimits => ({ maxRows, maxColumns: 200, maxRecordBytes: 2 ** 20 });

export interface OpenSource {
  plan: ColumnPlan;
  /** One piece for each block; can be read once. */
  bytes: AsyncIterable<Uint8Array>;
  /** Complete after `bytes` has been read; the last one is that of the latest piece. */
  blocks: SourceBlock[];
  /** Lets go of what is read wherever the reading stands. */
  close(): Promise<void>;
}

interface Judge {
  template: Pick<TemplateRow, 'content'>;
  maxRows: number;
}

/** Throws `invalid_input` at `file`; faults found later come out of `bytes`. */
export async function openSource(source: BatchSource, judge: Judge): Promise<OpenSource> {
  return source.kind === 'csv' ? openFile(source, judge) : openRows(source, judge);
}

async function openFile({ bytes, charset, columnNames }: CsvSource, { template, maxRows }: Judge): Promise<OpenSource> {
  const table = await openCsv(bytes, tableLimits(maxRows), { charset });
  const planned = planColumns(table.header, template.content, columnNames);
  if ('issues' in planned) {
    await table.close();
    throw invalidInput('the header does not fit the template', planned.issues);
  }
  return { plan: planned.plan, ...writeSource(table.rows, rowsPerChunk), close: () => table.close() };
}

function openRows(source: RowSource, { template, maxRows }: Judge): OpenSource {
  const { plan, rows } = source.open(template.content);
  const counted = countRows(rows, maxRows);
  return { plan, ...writeSource(counted, rowsPerChunk), close: async () => void (await counted.return(undefined)) };
}

async function* countRows(rows: AsyncIterable<RawRow[]>, max: number): AsyncGenerator<RawRow[]> {
  let count = 0;
  for await (const some of rows) {
    count += some.length;
    if (count > max) throw fileFault('too_many_rows', { max });
    yield some;
  }
  if (count === 0) throw fileFault('no_rows');
}
