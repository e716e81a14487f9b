/** The failed rows of a batch: as issues with row, column, value and remedy, and as a CSV to correct and hand in again. */

import type { App } from '../../app.ts';
import { readItemsAfter } from '../../db/items.ts';
import { isApproved } from '../../domain/approval.ts';
import { describeIssue, type Issue } from '../../domain/issue.ts';
import type { Actor } from '../../domain/permissions.ts';
import { failedRowsCsv } from '../../ingest/failed-rows.ts';
import { getBatch } from './get-batch.ts';

export interface FailedRow {
  seq: number;
  row: number;
  name: string;
  email: string;
  issues: (Issue & { sentence: string })[];
  /** Whether `retry-failed` can help; else the row must be corrected. */
  retryable: boolean;
}

/** A page of failed rows after `afterSeq`, in file order. */
export async function listFailedRows(
  app: App,
  actor: Actor,
  batchId: string,
  afterSeq: number,
  limit: number,
): Promise<FailedRow[]> {
  const batch = await getBatch(app, actor, batchId);
  const items = await app.db.organization(actor.organizationId, (tx) =>
    readItemsAfter(tx, actor.organizationId, batchId, afterSeq, ['failed'], limit),
  );
  return items.map(({ seq, rowNumber, name, email, issues, cells }) => ({
    seq,
    row: rowNumber,
    name,
    email,
    issues: (issues ?? []).map((issue) => ({ ...issue, sentence: describeIssue(issue) })),
    retryable: isApproved(batch) && cells === null && !(issues ?? []).some(({ code }) => code === 'rejected'),
  }));
}

/** Bad rows only: what `retry-failed` can make is left to it. */
export async function exportFailedRows(app: App, actor: Actor, batchId: string): Promise<AsyncIterable<string>> {
  const batch = await getBatch(app, actor, batchId);
  async function* rows() {
    for (let after = -1; ; ) {
      const items = await app.db.organization(actor.organizationId, (tx) =>
        readItemsAfter(tx, actor.organizationId, batchId, after, ['failed'], 1_000),
      );
      for (const { cells, issues } of items) {
        if (cells)
          yield { cells, error: (issues ?? []).map((issue) => `${issue.path} ${describeIssue(issue)}`).join('; ') };
      }
      if (items.length < 1_000) return;
      after = items.at(-1)?.seq as number;
    }
  }
  return failedRowsCsv(batch.columnPlan.header, rows());
}
