/** What VEC shows of a single batch beyond the list, and its status filter. */

import type { App } from '../../app.ts';
import type { BatchWithProgress } from '../../db/batches.ts';
import type { Actor } from '../../domain/permissions.ts';
import { invalidInput } from '../../errors.ts';
import { getBatch, getBatchTemplate } from '../../usecases/batches/get-batch.ts';
import { describeTemplate } from '../../usecases/templates/describe-template.ts';
import { getTemplate } from '../../usecases/templates/get-template.ts';
import { templateWire } from './template-wire.ts';
import { batchWire, statusesBehind } from './wire.ts';

/** The batch with its template, which is shown as it was when the batch was handed in. */
export async function readBatchDetail(app: App, actor: Actor, id: string) {
  const batch = await getBatch(app, actor, id);
  const [newest, version, { organizationNumber, defaultsOf }] = await Promise.all([
    getTemplate(app, { ...actor, scopes: ['certificate-templates:view'] }, batch.templateId, { builtIn: true }),
    getBatchTemplate(app, actor, batch),
    describeTemplate(app, actor),
  ]);
  const template = { ...newest, content: version?.content ?? newest.content };
  return {
    ...batchWire(batch),
    template: templateWire(template, defaultsOf(template.id), organizationNumber),
    requires_signatures: batch.signatories.some((signatory) => !signatory.autoApprove),
    requires_my_signature: mustSign(batch, actor),
  };
}

/** Whether the key's owner is one of those the batch waits for. */
function mustSign({ status, signatories }: BatchWithProgress, { memberId }: Actor): boolean {
  const waits = status === 'pending' || status === 'accepting' || status === 'waiting_for_approval';
  return waits && memberId !== null && signatories.some((one) => one.memberId === memberId && !one.autoApprove);
}

/** Our statuses for VEC's word, none for one of `unused`; undefined without a filter. Throws `invalid_input` for a word that is not VEC's. */
export function readStatusFilter<T extends Record<string, string>>(
  table: T,
  word: unknown,
  unused: readonly string[] = [],
): (keyof T)[] | undefined {
  if (word === undefined || word === '') return undefined;
  if (unused.includes(String(word))) return [];
  const statuses = statusesBehind(table, String(word));
  if (!statuses)
    throw invalidInput('the status is not known', [
      { path: 'status', code: 'invalid', params: { sentence: 'The selected status is invalid.' } },
    ]);
  return statuses;
}
