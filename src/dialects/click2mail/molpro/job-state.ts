/** Statuses of a job as MOLPRO numbers them and says them in words; its upper-case words are in ../job-status.ts. */

import type { Status } from '../../../domain/lifecycle.ts';

interface JobState {
  /** Of the vendor's own only 4 and 9 are known; the others follow a job's way. */
  number: number;
  description: string;
}

export const jobStates = {
  editing: { number: 9, description: 'Editing' },
  submitted: { number: 2, description: 'Order Submitted' },
  processing: { number: 3, description: 'Order Processing' },
  awaiting_production: { number: 4, description: 'Awaiting Production' },
  in_production: { number: 5, description: 'In Production' },
  mailed: { number: 6, description: 'Mailed' },
  failed: { number: 9, description: 'Error' },
  cancelled: { number: 7, description: 'Cancelled' },
} as const satisfies Record<Status<'mail_job'>, JobState>;
