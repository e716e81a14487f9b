/** Mail jobs: page ranges with a product; each belongs to one mailing, and its figures are sums over its pieces. */

import type { Issue } from '../domain/issue.ts';
import type { Status } from '../domain/lifecycle.ts';
import type { AddressInput } from '../domain/postal-address.ts';
import type { PrintProduct } from '../domain/print-product.ts';
import { storableJson } from '../domain/storable-json.ts';
import type { MailKey, MailScope } from './mailings.ts';
import type { Tx } from './open.ts';
import { mayBecome } from './transition.ts';

export interface MailJobRow {
  id: string;
  number: number;
  mailingId: string;
  mailingNumber: number;
  mailingKind: 'batch' | 'job';
  test: boolean;
  /** From 0, in the order of the hand-in. */
  index: number;
  status: Status<'mail_job'>;
  firstPage: number;
  lastPage: number;
  /** As the hand-in words it. */
  terms: Record<string, string>;
  product: PrintProduct | null;
  /** The account's own where the hand-in names none; null where neither has one. */
  returnAddress: AddressInput | null;
  warnings: Issue[];
  fault: string | null;
  /** Pieces, those with an address that can be mailed to, and those that failed. */
  total: number;
  mailable: number;
  failed: number;
  /** Credits: a cent of the price table each. */
  price: number;
  /** `YYYY-MM-DD` */
  mailingDate: string | null;
  createdAt: Date;
  updatedAt: Date;
  submittedAt: Date | null;
  completedAt: Date | null;
}

const columns = `mail_job.id, mail_job.number, mail_job.mailing_id as "mailingId", mailing.number as "mailingNumber", mailing.kind as "mailingKind",
  mailing.test, mail_job.index, mail_job.status, mail_job.first_page as "firstPage", mail_job.last_page as "lastPage", mail_job.terms,
  mail_job.product, mail_job.return_address as "returnAddress", mail_job.warnings, mail_job.fault, mail_job.total, mail_job.mailable,
  mail_job.failed, mail_job.price, mail_job.mailing_date as "mailingDate", mail_job.created_at as "createdAt",
  mail_job.updated_at as "updatedAt", coalesce(mail_job.submitted_at, mailing.submitted_at) as "submittedAt",
  mail_job.completed_at as "completedAt"`;

const inScope = 'mailing.organization_id = $1 and ($2::uuid is null or mailing.account_id = $2) and mailing.test = $3';
const scopeValues = ({ organizationId, accountId, test }: MailScope) => [organizationId, accountId, test];

export async function findMailJob(tx: Tx, scope: MailScope, key: MailKey): Promise<MailJobRow | undefined> {
  const [column, value] = 'number' in key ? ['number', key.number] : ['id', key.id];
  const { rows } = await tx.query<MailJobRow>(
    `select ${columns} from mail_job join mailing on mailing.id = mail_job.mailing_id where ${inScope} and mail_job.${column} = $4`,
    [...scopeValues(scope), value],
  );
  return rows[0];
}

/** In the order of the hand-in; all of them, or a page. */
export async function listMailJobsOf(
  tx: Tx,
  organizationId: string,
  mailingId: string,
  page?: { limit: number; offset: number },
): Promise<MailJobRow[]> {
  const { rows } = await tx.query<MailJobRow>(
    `select ${columns} from mail_job join mailing on mailing.id = mail_job.mailing_id
     where mail_job.organization_id = $1 and mail_job.mailing_id = $2 order by mail_job.index limit $3 offset $4`,
    [organizationId, mailingId, page?.limit ?? null, page?.offset ?? 0],
  );
  return rows;
}

/** Those with pieces in a print run. */
export async function listMailJobsOfRun(tx: Tx, organizationId: string, runId: string): Promise<MailJobRow[]> {
  const { rows } = await tx.query<MailJobRow>(
    `select ${columns} from mail_job join mailing on mailing.id = mail_job.mailing_id
     where mail_job.organization_id = $1 and mail_job.id in (select job_id from mail_piece where organization_id = $1 and run_id = $2)`,
    [organizationId, runId],
  );
  return rows;
}

/** Until the day on which the last of the run's jobs is to be mailed has begun; 0 where none names a day. */
export async function secondsToMailingDate(
  tx: Tx,
  organizationId: string,
  runId: string,
  timeZone: string,
): Promise<number> {
  const { rows } = await tx.query<{ seconds: number }>(
    `select greatest(0, coalesce(max(extract(epoch from mailing_date::timestamp at time zone $3 - clock_timestamp())), 0))::float8
       as seconds from mail_job
     where organization_id = $1 and id in (select job_id from mail_piece where organization_id = $1 and run_id = $2)`,
    [organizationId, runId, timeZone],
  );
  return Math.ceil(rows[0]?.seconds ?? 0);
}

export interface NewSingleJob {
  id: string;
  firstPage: number;
  lastPage: number;
  terms: Record<string, string>;
  product: PrintProduct | null;
  returnAddress: AddressInput | null;
  warnings: Issue[];
  /** Expected, by the address list. */
  total: number;
  mailable: number;
  price: number;
  mailingDate: string | null;
}

/** The one job of a mailing that was put together from stored parts; its pieces come with the sorting. */
export async function insertSingleJob(
  tx: Tx,
  organizationId: string,
  mailingId: string,
  job: NewSingleJob,
): Promise<void> {
  await tx.query(
    `insert into mail_job (organization_id, mailing_id, index, status, id, first_page, last_page, terms, product, return_address, warnings, total,
       mailable, price, mailing_date) values ($1, $2, 0, 'editing', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      organizationId,
      mailingId,
      job.id,
      job.firstPage,
      job.lastPage,
      storableJson(job.terms),
      job.product && JSON.stringify(job.product),
      job.returnAddress && storableJson(job.returnAddress),
      storableJson(job.warnings),
      job.total,
      job.mailable,
      job.price,
      job.mailingDate,
    ],
  );
}

export async function setMailJobSubmitted(tx: Tx, organizationId: string, id: string): Promise<void> {
  await tx.query('update mail_job set submitted_at = clock_timestamp() where organization_id = $1 and id = $2', [
    organizationId,
    id,
  ]);
}

/** It is at its end without a piece that costs anything. */
export async function endMailJob(tx: Tx, organizationId: string, id: string): Promise<void> {
  await tx.query(
    'update mail_job set price = 0, completed_at = clock_timestamp() where organization_id = $1 and id = $2',
    [organizationId, id],
  );
}

const counted = `(select job_id, count(*) filter (where status = 'failed')::int as failed, count(*) filter (where status = 'accepted')::int as accepted,
    count(*) filter (where status = 'printed')::int as printed, count(*) filter (where status = 'mailed')::int as mailed,
    coalesce(sum(price) filter (where status in ('accepted', 'printed', 'mailed')), 0)::int8 as price
  from mail_piece where organization_id = $1 and mailing_id = $2 group by job_id) counted`;

/**
 * Brings the figures and statuses of a mailing's jobs up to what became of their pieces: in production with the first that is printed, mailed
 * with the last, failed when none is left. `fault` is the sentence of those that fail now. Call under `lockMailing`, after the pieces have moved.
 */
export async function settleMailJobs(tx: Tx, organizationId: string, mailingId: string, fault: string): Promise<void> {
  const ofMailing = 'mail_job.organization_id = $1 and mail_job.mailing_id = $2 and mail_job.id = counted.job_id';
  const values = [organizationId, mailingId];
  const now = 'clock_timestamp()';
  await tx.query(
    `update mail_job set failed = counted.failed, price = counted.price, updated_at = ${now} from ${counted}
     where ${ofMailing} and (mail_job.failed, mail_job.price) <> (counted.failed, counted.price)`,
    values,
  );
  await tx.query(
    `update mail_job set status = 'in_production', updated_at = ${now} from ${counted}
     where ${ofMailing} and ${mayBecome('mail_job', 'in_production')} and counted.printed + counted.mailed > 0`,
    values,
  );
  await tx.query(
    `update mail_job set status = 'mailed', completed_at = ${now}, updated_at = ${now} from ${counted}
     where ${ofMailing} and ${mayBecome('mail_job', 'mailed')} and counted.accepted + counted.printed = 0 and counted.mailed > 0`,
    values,
  );
  await tx.query(
    `update mail_job set status = 'failed', fault = $3, completed_at = ${now}, updated_at = ${now} from ${counted}
     where ${ofMailing} and status in ('awaiting_production', 'in_production') and ${mayBecome('mail_job', 'failed')}
       and counted.accepted + counted.printed + counted.mailed = 0`,
    [...values, fault],
  );
}
