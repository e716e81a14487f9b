/** What issuing answers: the certificate or its faults, a job, or what a job would become. */

import type { Issue } from '../../domain/issue.ts';
import type { Rehearsal } from '../../usecases/batches/rehearse-batch.ts';
import type { Language } from './language.ts';
import { recipientErrors, rowError } from './sentences.ts';

export function issuedWire(email: string, id: string, publicUrl: string) {
  const credential_url = `${publicUrl}/credential/${id}`;
  return { mode: 'sync', credentials: [{ email, status: 'issued', credential_id: id, credential_url }] };
}

export function refusedWire(email: string, issues: readonly Issue[], language: Language) {
  return { mode: 'sync', credentials: [{ email, status: 'error', errors: recipientErrors(issues, language) }] };
}

/** The message is English in UniCreda's own documentation. */
export function jobWire(id: string, recipients: number) {
  const address = `/api/v1/jobs/${id}`;
  const noun = recipients === 1 ? 'credential' : 'credentials';
  const message = `Issuing ${recipients} ${noun} in background. Poll GET ${address} for status.`;
  return { mode: 'async', job_id: id, message };
}

/** Our addition; named as a job's result would name it. */
export function rehearsalWire({ faults, repeated, ...rehearsal }: Rehearsal, language: Language) {
  const byRow = new Map<number, { email: string; issues: Issue[] }>();
  for (const { row, email, issue } of faults) {
    const { issues = [] } = byRow.get(row) ?? {};
    byRow.set(row, { email, issues: [...issues, issue] });
  }
  return {
    mode: 'dry_run',
    would_be_accepted: rehearsal.refusals.length === 0,
    total: rehearsal.total,
    successful: rehearsal.valid,
    failed: rehearsal.failed,
    duplicates: rehearsal.duplicates,
    errors: [...byRow].map(([row, { email, issues }]) => ({ row, email, error: rowError(issues, language) })),
    duplicate_rows: repeated,
    credits: rehearsal.credits,
  };
}
