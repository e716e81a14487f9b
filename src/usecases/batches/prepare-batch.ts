/** What is asked about a batch before its rows are read: template, limits, signatories, columns. The same for a hand-in and its rehearsal. */

import type { App } from '../../app.ts';
import type { BatchFacts } from '../../db/batches.ts';
import { readOrganization } from '../../db/organizations.ts';
import { findTemplate, type TemplateRow } from '../../db/templates.ts';
import { rowsPerChunk } from '../../domain/document.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { invalidInput } from '../../errors.ts';
import { type ColumnNames, type ColumnPlan, planColumns } from '../../ingest/columns.ts';
import { openCsv } from '../../ingest/csv.ts';
import { type SourceBlock, writeSource } from '../../ingest/source.ts';
import { type ChosenSignatory, chooseSignatories } from './choose-signatories.ts';
import type { DuplicateMode } from './find-duplicates.ts';
import { proveSignatories } from './prove-signatories.ts';

export interface NewBatch {
  name: string;
  templateId: string;
  /** The file, as it comes in. */
  csv: AsyncIterable<Uint8Array>;
  /** Encoding of the file if it is neither UTF-8 nor UTF-16. */
  charset?: string;
  /** The door's words for name, e-mail and dates. */
  columnNames: ColumnNames;
  signatories?: ChosenSignatory[];
  /** Default: e-mail. */
  channels?: string[];
  hidden?: boolean;
  /** What becomes of rows that repeat another, of this file or of the template's earlier ones; default: they are issued. */
  duplicates?: DuplicateMode;
}

export interface PreparedBatch {
  template: TemplateRow;
  signatories: BatchFacts['signatories'];
  maxRows: number;
}

/** Throws `forbidden`, `invalid_input`. */
export async function prepareBatch(app: App, actor: Actor, input: NewBatch): Promise<PreparedBatch> {
  requirePermission(actor, 'batches:create');
  const { organizationId } = actor;
  const { template, organization, signatories } = await app.db.organization(organizationId, async (tx) => {
    const found = await findTemplate(tx, organizationId, input.templateId);
    if (!found)
      throw invalidInput('there is no such template', [
        { path: 'template_id', code: 'not_a_choice', params: { choices: '', value: input.templateId } },
      ]);
    return {
      template: found,
      organization: await readOrganization(tx, organizationId),
      signatories: await chooseSignatories(tx, organizationId, found, input.signatories),
    };
  });
  await proveSignatories(app, template, organization.name, signatories);
  return { template, signatories, maxRows: Math.min(organization.rowLimit, app.config.MAX_ROWS) };
}

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
  input: NewBatch,
  { template, maxRows }: Pick<PreparedBatch, 'template' | 'maxRows'>,
): Promise<OpenSource> {
  const limits = { maxRows, maxColumns: 200, maxRecordBytes: 2 ** 20 };
  const table = await openCsv(input.csv, limits, { charset: input.charset });
  const planned = planColumns(table.header, template.content, input.columnNames);
  if ('issues' in planned) {
    await table.close();
    throw invalidInput('the header does not fit the template', planned.issues);
  }
  return { plan: planned.plan, ...writeSource(table.rows, rowsPerChunk), close: () => table.close() };
}
