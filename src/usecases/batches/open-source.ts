/** The file of a batch, opened: its header fits the template, and its rows come out in blocks. */

import type { TemplateRow } from '../../db/templates.ts';
import { rowsPerChunk } from '../../domain/document.ts';
import { invalidInput } from '../../errors.ts';
import { type ColumnPlan, planColumns } from '../../ingest/columns.ts';
import { openCsv, type TableLimits } from '../../ingest/csv.ts';
import { type SourceBlock, writeSource } from '../../ingest/source.ts';
import type { NewBatch } from './prepare-batch.ts';

export const tableLimits = (maxRows: number): TableLimits => ({ maxRows, maxColumns: 200, maxRecordBytes: 2 ** 20 });

export interface OpenSource {
  plan: ColumnPlan;
  /** One piece for each block; can be read once. */
  bytes: AsyncIterable<Uint8Array>;
  /** Complete after `bytes` has been read; the last one is that of the latest piece. */
  blocks: SourceBlock[];
  /** Lets go of the file wherever the reading stands. */
  close(): Promise<void>;
}

/** Throws `invalid_input` at `file`; faults found later come out of `bytes`. */
export async function openSource(
  input: Pick<NewBatch, 'csv' | 'charset' | 'columnNames'>,
  { template, maxRows }: { template: Pick<TemplateRow, 'content'>; maxRows: number },
): Promise<OpenSource> {
  const table = await openCsv(input.csv, tableLimits(maxRows), { charset: input.charset });
  const planned = planColumns(table.header, template.content, input.columnNames);
  if ('issues' in planned) {
    await table.close();
    throw invalidInput('the header does not fit the template', planned.issues);
  }
  return { plan: planned.plan, ...writeSource(table.rows, rowsPerChunk), close: () => table.close() };
}
