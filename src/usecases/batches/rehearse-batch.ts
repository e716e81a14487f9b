/** `dry_run=true`: the whole hand-in is judged as it would be, and nothing is stored, taken or reserved. */

import type { App } from '../../app.ts';
import type { BatchSignatory } from '../../db/batches.ts';
import { readBalance } from '../../db/ledger.ts';
import { describeIssue, type Issue } from '../../domain/issue.ts';
import type { Actor } from '../../domain/permissions.ts';
import { draftBatchSpec } from '../../pipeline/draft-spec.ts';
import { type Block, type JudgedRow, judgeRows } from './judge-rows.ts';
import { type OpenSource, openSource } from './open-source.ts';
import { type NewBatch, prepareBatch } from './prepare-batch.ts';

/** Rows named one by one; the counts are of all. */
export const reportedRows = 1_000;

export interface RowFault {
  /** As in the spreadsheet. */
  row: number;
  column: string;
  code: string;
  value: string | null;
  sentence: string;
  email: string;
  issue: Issue;
}

export interface Rehearsal {
  total: number;
  valid: number;
  /** Rows that would fail; with `duplicates=skip` also those that would be left out. */
  failed: number;
  duplicates: number;
  /** Of at most 1,000 rows. */
  faults: RowFault[];
  /** At most 1,000. */
  repeated: { row: number; repeats: string }[];
  unusedColumns: string[];
  credits: { needed: number; available: number };
  signatories: BatchSignatory[];
  /** Why the batch would be refused as a whole; empty when it would be taken. */
  refusals: ('credits' | 'duplicates')[];
}

/** A file or form that would be refused before its rows are judged is refused here too: throws what `createBatch` throws. */
export async function rehearseBatch(app: App, actor: Actor, input: NewBatch): Promise<Rehearsal> {
  const { organizationId } = actor;
  const { template, signatories, maxRows } = await prepareBatch(app, actor, input);
  const source = await openSource(input.source, { template, maxRows });
  try {
    const draft = { template, columnPlan: source.plan, signatories, maxRows, test: actor.test };
    const loaded = await draftBatchSpec(app, organizationId, draft);
    const tally = openTally(input.duplicates === 'skip');
    for await (const rows of judgeRows(app, organizationId, template.id, loaded, blocksOf(source)))
      for (const row of rows) tally.add(row);
    const { available } = await app.db.organization(organizationId, (tx) => readBalance(tx, organizationId));
    const { header, targets } = source.plan;
    const rows = tally.counts.total - (input.duplicates === 'skip' ? tally.counts.duplicates : 0);
    const needed = actor.test ? 0 : rows;
    const refusals: Rehearsal['refusals'] = [];
    if (needed > available) refusals.push('credits');
    if (input.duplicates === 'deny' && tally.counts.duplicates > 0) refusals.push('duplicates');
    return {
      ...tally.counts,
      faults: tally.faults,
      repeated: tally.repeated,
      unusedColumns: header.filter((_, at) => targets[at]?.to === 'ignored'),
      credits: { needed, available },
      signatories,
      refusals,
    };
  } finally {
    await source.close();
  }
}

async function* blocksOf({ bytes, blocks }: OpenSource): AsyncGenerator<Block> {
  for await (const piece of bytes) yield { bytes: piece, firstSeq: blocks.at(-1)?.firstSeq as number };
}

function openTally(skips: boolean) {
  const counts = { total: 0, valid: 0, failed: 0, duplicates: 0 };
  const faults: RowFault[] = [];
  const repeated: Rehearsal['repeated'] = [];
  let named = 0;
  const add = ({ status, row, email, issues = [], repeats }: JudgedRow) => {
    counts.total++;
    const left = repeats !== undefined && skips;
    if (status === 'accepted' && !left) counts.valid++;
    else counts.failed++;
    if (repeats !== undefined && counts.duplicates++ < reportedRows) repeated.push({ row, repeats });
    const all: Issue[] = left ? [{ path: 'row', code: 'duplicate', params: { repeats } }] : issues;
    if (all.length === 0 || named++ >= reportedRows) return;
    for (const issue of all) {
      const value = issue.params?.value;
      faults.push({
        row,
        column: issue.path,
        code: issue.code,
        value: value === undefined || value === null ? null : String(value),
        sentence: describeIssue(issue),
        email,
        issue,
      });
    }
  };
  return { counts, faults, repeated, add };
}
