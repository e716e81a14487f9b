/** What VEC shows of a single batch beyond the list, and its status filter. */

import type { BatchWithProgress } from '../../db/batches.ts';
import { signatorySlots, type Template } from '../../domain/template.ts';
import { invalidInput } from '../../errors.ts';
import { batchWire, statusesBehind } from './wire.ts';

export function batchDetailWire(
  batch: BatchWithProgress,
  version: { templateId: string; content: Template } | undefined,
) {
  const slots = version ? signatorySlots(version.content) : [];
  return {
    ...batchWire(batch),
    template: version && {
      id: version.templateId,
      name: version.content.name,
      has_signatures: slots.length > 0,
      signatory_fields: slots.map((slot) => `signatory_${slot}`),
    },
    requires_signatures: batch.signatories.some((signatory) => !signatory.autoApprove),
    requires_my_signature: false,
  };
}

/** Our statuses for VEC's word; undefined without a filter. Throws `invalid_input` for a word that is none. */
export function readStatusFilter<T extends Record<string, string>>(table: T, word: unknown): (keyof T)[] | undefined {
  if (word === undefined || word === '') return undefined;
  const statuses = statusesBehind(table, String(word));
  if (!statuses)
    throw invalidInput('the status is not known', [
      { path: 'status', code: 'invalid', params: { sentence: 'The selected status is invalid.' } },
    ]);
  return statuses;
}
