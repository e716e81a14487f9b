/** What is asked about a batch before its rows are read: template, limits, signatories, columns. The same for a hand-in and its rehearsal. */

import type { App } from '../../app.ts';
import type { BatchFacts } from '../../db/batches.ts';
import type { TemplateRow } from '../../db/templates.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { invalidInput } from '../../errors.ts';
import type { BatchSource } from './batch-source.ts';
import type { ChosenSignatory } from './choose-signatories.ts';
import type { DuplicateMode } from './find-duplicates.ts';
import { judgeHandIn, judgeHeader } from './judge-hand-in.ts';
import { proveSignatories } from './prove-signatories.ts';

export interface NewBatch {
  name: string;
  templateId: string;
  source: BatchSource;
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

/** Throws `forbidden`, and `invalid_input` with all that is wrong at once, the header of the file included. */
export async function prepareBatch(app: App, actor: Actor, input: NewBatch): Promise<PreparedBatch> {
  requirePermission(actor, 'batches:create');
  const judged = await judgeHandIn(app, actor, input);
  const { template, organization, signatories, issues, maxRows } = judged;
  if (!template || issues.length > 0)
    throw invalidInput('the batch cannot be taken', [...issues, ...(await judgeHeader(input.source, judged))]);
  await proveSignatories(app, template, organization.name, signatories);
  return { template, signatories, maxRows };
}
