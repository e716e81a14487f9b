/** What VEC shows of a single batch beyond the list. */

import type { App } from '../../app.ts';
import type { Actor } from '../../domain/permissions.ts';
import { signatorySlots } from '../../domain/template.ts';
import { awaitsMember } from '../../usecases/approvals/list-approvals.ts';
import { getBatch, getBatchTemplate } from '../../usecases/batches/get-batch.ts';
import { describeTemplates } from '../../usecases/templates/describe-template.ts';
import { getTemplate } from '../../usecases/templates/get-template.ts';
import { templateWire } from './template-wire.ts';
import { batchWire } from './wire.ts';

/** The batch with its template, which is shown as it was when the batch was handed in. */
export async function readBatchDetail(app: App, actor: Actor, id: string) {
  const batch = await getBatch(app, actor, id);
  const [newest, version, surroundings] = await Promise.all([
    getTemplate(app, { ...actor, scopes: ['certificate-templates:view'] }, batch.templateId, { builtIn: true }),
    getBatchTemplate(app, actor, batch),
    describeTemplates(app, actor, [batch.templateId]),
  ]);
  const then = version && { slots: signatorySlots(version.content), versionId: batch.templateVersionId };
  return {
    ...batchWire(batch),
    template: templateWire(app, { ...newest, ...then }, surroundings),
    requires_signatures: batch.signatories.some((signatory) => !signatory.autoApprove),
    requires_my_signature: await awaitsMember(app, actor, batch),
  };
}
