/** A batch as one of UniCreda's five statuses of a job. */

import type { OutcomeFigures } from '../../db/batch-outcomes.ts';

export type JobState =
  | { status: 'PENDING' | 'STARTED' }
  /** `current` counts rows; `step` is what goes on. */
  | { status: 'PROGRESS'; current: number; total: number; step: 'rows' | 'approval' | 'mails' }
  | { status: 'SUCCESS'; result: ResultFigures }
  | { status: 'FAILURE'; cause: { code: 'cancelled' } | { code: 'rejected'; reason: string } };

export interface ResultFigures {
  total: number;
  successful: number;
  failed: number;
  emails_sent: number;
  emails_failed: number;
  internal_count: number;
  external_count: number;
}

/** Rows that fail never make FAILURE; only a person does, who cancels or rejects. */
export function jobState(figures: OutcomeFigures): JobState {
  const { status, rejection, total, issued, failed, mails, mailsTried } = figures;
  if (status === 'cancelled') return { status: 'FAILURE', cause: { code: 'cancelled' } };
  if (rejection !== null) return { status: 'FAILURE', cause: { code: 'rejected', reason: rejection } };
  if (status === 'pending') return { status: 'PENDING' };
  const current = issued + failed;
  if (status === 'waiting_for_approval') return { status: 'PROGRESS', current, total, step: 'approval' };
  const isOver = status === 'completed' || status === 'partially_completed' || status === 'failed';
  if (isOver && mailsTried >= mails) return { status: 'SUCCESS', result: resultOf(figures) };
  if (isOver) return { status: 'PROGRESS', current, total, step: 'mails' };
  return current === 0 ? { status: 'STARTED' } : { status: 'PROGRESS', current, total, step: 'rows' };
}

/** The sums hold whatever the moment: a mail that is not sent yet counts as failed until it is. */
function resultOf({ total, issued, mailsSent, internal }: OutcomeFigures): ResultFigures {
  return {
    total,
    successful: issued,
    failed: total - issued,
    emails_sent: mailsSent,
    emails_failed: issued - mailsSent,
    internal_count: internal,
    external_count: issued - internal,
  };
}
