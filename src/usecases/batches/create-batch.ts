/** Takes a batch in: the whole file is read and normalised first, then everything about the batch is decided and stored in one transaction. */

import { randomUUID } from 'node:crypto';
import type { App } from '../../app.ts';
import { readOrganization } from '../../db/organizations.ts';
import { findTemplate, type TemplateRow } from '../../db/templates.ts';
import { rowsPerChunk, sourceKey } from '../../domain/document.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { ChanceryError, invalidInput } from '../../errors.ts';
import { fault } from '../../fault.ts';
import { type ColumnNames, type ColumnPlan, planColumns } from '../../ingest/columns.ts';
import { openCsv } from '../../ingest/csv.ts';
import { type SourceBlock, writeSource } from '../../ingest/source.ts';
import { settleClaim } from '../idempotency/settle-claim.ts';
import { type ChosenSignatory, chooseSignatories } from './choose-signatories.ts';
import { proveSignatories } from './prove-signatories.ts';
import { decideBatch, storeBatch } from './store-batch.ts';

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
}

/** Gives the new batch's id; it is durable then. Throws `invalid_input` (path `file` for the file), `limit_exceeded`, `not_found`. */
export async function createBatch(app: App, actor: Actor, input: NewBatch): Promise<string> {
  requirePermission(actor, 'batches:create');
  const { organizationId } = actor;
  const { template, rowLimit, organizationName, signatories } = await app.db.organization(
    organizationId,
    async (tx) => {
      const found = await findTemplate(tx, organizationId, input.templateId);
      if (!found)
        throw invalidInput('there is no such template', [
          { path: 'template_id', code: 'not_a_choice', params: { choices: '', value: input.templateId } },
        ]);
      const organization = await readOrganization(tx, organizationId);
      return {
        template: found,
        rowLimit: organization.rowLimit,
        organizationName: organization.name,
        signatories: await chooseSignatories(tx, organizationId, found, input.signatories),
      };
    },
  );
  await proveSignatories(app, template, organizationName, signatories);
  const id = randomUUID();
  const source = await storeSource(app, id, input, template, Math.min(rowLimit, app.config.MAX_ROWS));
  await fault('create-after-source');
  try {
    await app.db.organization(organizationId, async (tx) => {
      const { name, channels, hidden } = input;
      const batch = { id, name, kind: 'template', template, signatories, channels, hidden, ...source } as const;
      const facts = await decideBatch(app, tx, actor, batch);
      await storeBatch(app, tx, actor, facts, source.blocks);
      await settleClaim(app, tx, actor, id);
      await fault('create-before-commit');
    });
  } catch (error) {
    // A connection lost during COMMIT leaves open whether the batch is there; then its source may be needed.
    const unknown = error instanceof ChanceryError && error.details.commit === 'unknown';
    if (!unknown) await app.blobs.delete(sourceKey(id)).catch(() => {});
    throw error;
  }
  await fault('create-after-commit');
  return id;
}

interface StoredSource {
  plan: ColumnPlan;
  blocks: SourceBlock[];
}

async function storeSource(
  app: App,
  id: string,
  input: NewBatch,
  template: TemplateRow,
  maxRows: number,
): Promise<StoredSource> {
  const table = await openCsv(
    input.csv,
    { maxRows, maxColumns: 200, maxRecordBytes: 2 ** 20 },
    { charset: input.charset },
  );
  try {
    const planned = planColumns(table.header, template.content, input.columnNames);
    if ('issues' in planned) throw invalidInput('the header does not fit the template', planned.issues);
    const { bytes, blocks } = writeSource(table.rows, rowsPerChunk);
    await app.blobs.put(sourceKey(id), bytes);
    return { plan: planned.plan, blocks };
  } finally {
    await table.close();
  }
}
