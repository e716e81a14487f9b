/** What is wrong with a hand-in before its rows are read: all of it at once, so that its sender corrects it once. */

import type { App } from '../../app.ts';
import type { BatchSignatory } from '../../db/batches.ts';
import { readOrganization } from '../../db/organizations.ts';
import { findTemplate, type TemplateRow } from '../../db/templates.ts';
import type { Issue } from '../../domain/issue.ts';
import type { Actor } from '../../domain/permissions.ts';
import { ChanceryError, invalidInput } from '../../errors.ts';
import { openCsv } from '../../ingest/csv.ts';
import type { BatchSource } from './batch-source.ts';
import { judgeSignatories } from './choose-signatories.ts';
import { openSource, tableLimits } from './open-source.ts';
import type { NewBatch } from './prepare-batch.ts';

/** As far as the door could read it; what is missing it has refused itself. */
export type HandIn = Pick<NewBatch, 'signatories'> & Partial<Pick<NewBatch, 'templateId' | 'source'>>;

export interface JudgedHandIn {
  template: TemplateRow | undefined;
  organization: { name: string };
  signatories: BatchSignatory[];
  maxRows: number;
  /** Of template and signatories. */
  issues: Issue[];
}

export async function judgeHandIn(
  app: App,
  { organizationId }: Actor,
  { templateId, signatories: chosen }: HandIn,
): Promise<JudgedHandIn> {
  return app.db.organization(organizationId, async (tx) => {
    const organization = await readOrganization(tx, organizationId);
    const template = templateId === undefined ? undefined : await findTemplate(tx, organizationId, templateId);
    const { signatories, issues } = await judgeSignatories(tx, organizationId, template, chosen);
    if (templateId !== undefined && !template)
      issues.unshift({ path: 'template_id', code: 'no_such_template', params: { value: templateId } });
    return {
      template,
      organization,
      signatories,
      issues,
      maxRows: Math.min(organization.rowLimit, app.config.MAX_ROWS),
    };
  });
}

/** Faults of the beginning of a file; against the template where it is known. Rows of a door have no header that could be wrong. */
export async function judgeHeader(
  source: BatchSource | undefined,
  { template, maxRows }: Pick<JudgedHandIn, 'template' | 'maxRows'>,
): Promise<Issue[]> {
  if (source?.kind !== 'csv') return [];
  const { bytes, charset } = source;
  try {
    const table = template
      ? await openSource(source, { template, maxRows })
      : await openCsv(bytes, tableLimits(maxRows), { charset });
    await table.close();
    return [];
  } catch (error) {
    if (error instanceof ChanceryError && error.code === 'invalid_input') return error.issues;
    throw error;
  }
}

/** The refusal of what a door has found wrong, with everything else that is. What the door says of a place stands alone there. */
export async function refuseHandIn(app: App, actor: Actor, handIn: HandIn, said: Issue[]): Promise<ChanceryError> {
  const judged = await judgeHandIn(app, actor, handIn);
  const more = [...judged.issues, ...(await judgeHeader(handIn.source, judged))];
  const isNew = ({ path }: Issue) => said.every((one) => one.path !== path);
  return invalidInput('the batch cannot be taken', [...said, ...more.filter(isNew)]);
}
