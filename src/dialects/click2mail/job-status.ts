/** Click2Mail's words for what a job is doing, and the number its job calls give for each. */

import type { Status } from '../../domain/lifecycle.ts';

export const jobStatus = {
  editing: 'EDITING',
  submitted: 'ORDER_SUBMITTED',
  processing: 'ORDER_PROCESSING',
  awaiting_production: 'AWAITING_PRODUCTION',
  in_production: 'IN_PRODUCTION',
  mailed: 'MAILED',
  failed: 'ERROR',
  cancelled: 'CANCELLED',
} as const satisfies Record<Status<'mail_job'>, string>;

/** Of a batch, in its details. */
export const batchStatus = {
  editing: 'CREATED',
  submitted: 'SUBMITTED',
  received: 'RECEIVED',
  printing: 'IN_PRODUCTION',
  completed: 'COMPLETED',
  failed: 'ERROR',
  cancelled: 'CANCELLED',
} as const satisfies Record<Status<'mailing'>, string>;
