/** `duplicates=skip` and `deny`: which rows of a file that is about to be handed in repeat another. */

import type { App } from '../../app.ts';
import { hasBatchAfter, lockTemplateBatches } from '../../db/duplicates.ts';
import type { Tx } from '../../db/open.ts';
import type { Issue } from '../../domain/issue.ts';
import { type ChanceryError, invalidInput } from '../../errors.ts';
import type { SourceBlock } from '../../ingest/source.ts';
import { type Draft, draftBatchSpec } from '../../pipeline/draft-spec.ts';
import { type Block, judgedUpTo, judgeRows } from './judge-rows.ts';

export const duplicateModes = ['allow', 'skip', 'deny'] as const;
export type DuplicateMode = (typeof duplicateModes)[number];

/** Places and what they repeat, in the order of the file. */
export type Duplicates = [seq: number, repeats: string][];

/** Named one by one in a refusal. */
const namedRows = 20;

export interface FoundDuplicates {
  rows: Duplicates;
  /** Batches of a higher number were not looked at. */
  upTo: number;
  /** Among specimens or among what is none. */
  test: boolean;
}

/** Throws `invalid_input` at `file` when they are not allowed. */
export async function findDuplicates(
  app: App,
  organizationId: string,
  templateId: string,
  draft: Draft,
  source: { key: string; blocks: SourceBlock[] },
  mode: 'skip' | 'deny',
): Promise<FoundDuplicates> {
  const upTo = await judgedUpTo(app, organizationId, templateId);
  const loaded = await draftBatchSpec(app, organizationId, draft);
  async function* blocks(): AsyncGenerator<Block> {
    for (const { offset, length, firstSeq } of source.blocks)
      yield { bytes: await app.blobs.get(source.key, { offset, length }), firstSeq };
  }
  const rows: Duplicates = [];
  const issues: Issue[] = [];
  for await (const judged of judgeRows(app, organizationId, templateId, loaded, blocks())) {
    for (const { seq, row, repeats } of judged) {
      if (repeats === undefined) continue;
      rows.push([seq, repeats]);
      if (issues.length < namedRows) issues.push({ path: 'file', code: 'duplicate_row', params: { row, repeats } });
    }
  }
  if (mode === 'deny' && rows.length > 0) throw refusal(rows.length, issues);
  return { rows, upTo, test: draft.test };
}

/** What `deny` says of a file; the count first. */
export function refusal(count: number, issues: Issue[]): ChanceryError {
  const all: Issue = { path: 'file', code: 'duplicate_rows', params: { count } };
  return invalidInput('the file repeats rows', [all, ...issues], { duplicates: count });
}

/**
 * In the transaction that stores the batch, before it does: from here on nobody else's batch of the template is committed before ours, so
 * either all of them were looked at, or the looking begins again.
 */
export async function areStale(
  tx: Tx,
  organizationId: string,
  templateId: string,
  { upTo, test }: FoundDuplicates,
): Promise<boolean> {
  await lockTemplateBatches(tx, templateId);
  return hasBatchAfter(tx, organizationId, templateId, test, upTo);
}
