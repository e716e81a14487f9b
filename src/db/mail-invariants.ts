/** What must hold of print and post at every moment between transactions: each query gives the rows that break it. */

import type { Invariants } from './invariants.ts';

/** Credits of pieces that are printed. */
export const spentOnMail = (organizationId: string) =>
  `(select coalesce(sum(mail_piece.price), 0) from mail_piece join mailing on mailing.id = mail_piece.mailing_id
    where mail_piece.organization_id = ${organizationId} and mail_piece.status in ('printed', 'mailed') and not mailing.test)`;

/** Of pieces that are to be printed, and of single jobs that are in line. */
export const reservedForMail = (organizationId: string) =>
  `(select coalesce(sum(mail_piece.price), 0) from mail_piece join mailing on mailing.id = mail_piece.mailing_id
     where mail_piece.organization_id = ${organizationId} and mail_piece.status = 'accepted' and mailing.status = 'printing' and not mailing.test)
   + (select coalesce(sum(mail_job.price), 0) from mail_job join mailing on mailing.id = mail_job.mailing_id
     where mail_job.organization_id = ${organizationId} and mailing.kind = 'job' and mailing.status in ('submitted', 'received')
       and mail_job.status in ('submitted', 'processing') and not mailing.test)`;

const hasJob = (id: string) =>
  `exists (select 1 from pgboss.job where state <= 'active' and data->>'chunkId' = ${id}::text)`;

const open = `('planned', 'composed', 'sending', 'deferred', 'unknown')`;

export const mailInvariants: Invariants = {
  1: {
    'a mailing that is sorted has the jobs and pieces of its order': `select 1 from mailing where status in ('printing', 'completed')
     and ((order_facts->>'pieces')::int <> (select count(*) from mail_piece where mail_piece.mailing_id = mailing.id)
       or (order_facts->>'jobs')::int <> (select count(*) from mail_job where mail_job.mailing_id = mailing.id))`,
  },
  2: {
    'no mailing that is at its end lacks the time of it': `select 1 from mailing
     where (status in ('completed', 'failed', 'cancelled')) <> (completed_at is not null)`,
    'no failed job, mailing or piece without a reason': `select 1 from mailing where status = 'failed' and fault is null
     union all select 1 from mail_job where status = 'failed' and coalesce(fault, '') = ''
     union all select 1 from mail_piece where status = 'failed' and issues is null`,
    'a print run holds as many pieces as it says': `select 1 from print_run where status not in ('failed', 'cancelled')
     and pieces <> (select count(*) from mail_piece where mail_piece.run_id = print_run.id and mail_piece.status <> 'cancelled')`,
  },
  3: {
    'no mailing stands still without a job': `select 1 from mailing where status in ('submitted', 'received') and not ${hasJob('mailing.id')}`,
    'no print run stands still without a job': `select 1 from print_run
     where (status in ('planned', 'composed', 'sending', 'deferred') or status = 'unknown' and next_attempt_at is not null) and not ${hasJob('print_run.id')}`,
    'a mailing is in print as long as a run of it is open': `select 1 from mailing where status in ('printing', 'completed')
     and (status = 'printing') <> exists (select 1 from print_run where print_run.mailing_id = mailing.id and print_run.status in ${open})`,
    'whatever is to be printed is in an open run': `select 1 from mail_piece join mailing on mailing.id = mail_piece.mailing_id
     left join print_run on print_run.id = mail_piece.run_id
     where mail_piece.status = 'accepted' and mailing.status in ('printing', 'completed', 'failed', 'cancelled') and not mailing.test
       and coalesce(print_run.status not in ${open}, true)`,
  },
  4: {
    'no barcode is used twice within 45 days': `select 1 from mail_piece join mailing on mailing.id = mail_piece.mailing_id
     where barcode is not null and mailing.received_at > clock_timestamp() - interval '45 days' group by barcode having count(*) > 1`,
  },
  7: {
    'what is not printed costs nothing': `select 1 from mail_piece where status in ('failed', 'cancelled') and price <> 0`,
    'of staging nothing is printed, charged or told': `select 1 from print_run join mailing on mailing.id = print_run.mailing_id where mailing.test
     union all select 1 from ledger_entry join mailing on mailing.id = ledger_entry.mailing_id where mailing.test
     union all select 1 from mail_event join mailing on mailing.id = mail_event.mailing_id where mailing.test
     union all select 1 from mail_piece join mailing on mailing.id = mail_piece.mailing_id where mailing.test
       and (barcode is not null or mail_piece.status in ('printed', 'mailed'))`,
  },
  8: {
    'whatever was printed is in a run that the carrier has': `select 1 from mail_piece left join print_run on print_run.id = mail_piece.run_id
     where mail_piece.status = 'printed' and coalesce(print_run.status not in ('submitted', 'printed'), true)
       or mail_piece.status = 'mailed' and print_run.sent_at is null`,
  },
  13: {
    'a piece that a carrier has is mailed when an event proves it, and not before': `select 1 from mail_piece
     where status in ('printed', 'mailed') and (status = 'mailed') <> exists (select 1 from mail_event
       where mail_event.mailing_id = mail_piece.mailing_id and mail_event.seq = mail_piece.seq and kind <> 'printed')`,
  },
  15: {
    'no piece is in the run of another mailing, or in the place of another piece': `select 1 from mail_piece
       join print_run on print_run.id = mail_piece.run_id where print_run.mailing_id <> mail_piece.mailing_id
     union all select 1 from mail_piece where run_id is not null group by run_id, run_seq having count(*) > 1`,
  },
  16: {
    'the figures of a mail job are sums over its pieces': `select 1 from mail_job join mailing on mailing.id = mail_job.mailing_id
     join lateral (select count(*) as total, count(*) filter (where address_kind <> 'non_mailable') as mailable,
       count(*) filter (where status = 'failed') as failed,
       coalesce(sum(price) filter (where status in ('accepted', 'printed', 'mailed')), 0) as price
       from mail_piece where mail_piece.job_id = mail_job.id) counted on true
     where mailing.status in ('received', 'printing', 'completed') and (mail_job.total <> counted.total or mail_job.mailable <> counted.mailable
       or mail_job.failed <> counted.failed or mailing.status <> 'received' and mail_job.price <> counted.price)`,
    'a piece shows its newest event': `select 1 from mail_piece left join lateral (select max(at) as at from mail_event
       where mail_event.mailing_id = mail_piece.mailing_id and mail_event.seq = mail_piece.seq) newest on true
     where last_event_at is distinct from newest.at or (last_event is null) <> (last_event_at is null)`,
  },
};
