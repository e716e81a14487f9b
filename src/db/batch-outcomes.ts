/** What has become of a batch's rows and mails: figures as sums over its chunks, and the rows themselves from an index, never counted. */

import type { Issue } from '../domain/issue.ts';
import type { Status } from '../domain/lifecycle.ts';
import type { Tx } from './open.ts';

export interface OutcomeFigures {
  status: Status<'batch'>;
  test: boolean;
  total: number;
  issued: number;
  failed: number;
  mails: number;
  /** Mails whose first attempt is over, whatever came of it. */
  mailsTried: number;
  mailsSent: number;
  /** Issued to people who were members then. */
  internal: number;
  /** Why a signatory rejected it as a whole. */
  rejection: string | null;
  /** Where pages of its certificates lie; null where they are not public. */
  publicUrl: string | null;
  /** Another one whenever the batch has moved on: what became of the rows of a finished batch stays as it is for one version. */
  version: string;
}

/** One statement, so that all figures are of one moment. A single upload of the vault is a batch to the belt only. */
export async function readOutcomeFigures(
  tx: Tx,
  organizationId: string,
  batchId: string,
): Promise<OutcomeFigures | undefined> {
  const { rows } = await tx.query<OutcomeFigures>(
    `select batch.status, batch.test, batch.total, sums.*, case when batch.hidden then null else batch.public_url end as "publicUrl",
       (select coalesce(reason, '') from approval where approval.batch_id = batch.id and approval.status = 'rejected' order by decided_at limit 1) as rejection,
       extract(epoch from batch.updated_at)::text as version
     from batch join lateral (
       select coalesce(sum(issued), 0)::int as issued, coalesce(sum(failed), 0)::int as failed, coalesce(sum(internal), 0)::int as internal,
         coalesce(sum(mails), 0)::int as mails, coalesce(sum(mails_tried), 0)::int as "mailsTried", coalesce(sum(mails_sent), 0)::int as "mailsSent"
       from chunk where chunk.batch_id = batch.id) sums on true
     where batch.organization_id = $1 and batch.id = $2 and batch.kind <> 'vault_single'`,
    [organizationId, batchId],
  );
  return rows[0];
}

/** All that the transaction reads from here on is of one moment; call it first. */
export async function readOneMoment(tx: Tx): Promise<void> {
  await tx.query('set transaction isolation level repeatable read');
}

/** `row` counts from 1 in the order in which the rows were handed in. */
export interface FailedOutcome {
  row: number;
  email: string;
  issues: Issue[];
}

/** Bytes of issues that are read for one result: templates may have so many fields, and choices, that a row has thousands of words to say. */
const mostIssueBytes = 8 << 20;

/** The first `limit` in row order, fewer where their issues are many; `figures.failed` says how many there are. */
export async function readFirstFailedOutcomes(
  tx: Tx,
  organizationId: string,
  batchId: string,
  limit: number,
): Promise<FailedOutcome[]> {
  const { rows } = await tx.query<FailedOutcome>(
    `select row, email, issues from (
       select row, email, issues, sum(octet_length(issues::text)) over (order by row) as bytes from (
         select seq + 1 as row, email, issues from item
         where organization_id = $1 and batch_id = $2 and issues is not null and status = 'failed' order by seq limit $3) first) counted
     where bytes <= $4 order by row`,
    [organizationId, batchId, limit, mostIssueBytes],
  );
  return rows;
}

/** In row order. */
export async function readFailedOutcomes(
  tx: Tx,
  organizationId: string,
  batchId: string,
  { limit, offset }: { limit: number; offset: number },
): Promise<FailedOutcome[]> {
  const { rows } = await tx.query<FailedOutcome>(
    `select seq + 1 as row, email, issues from item
     where organization_id = $1 and batch_id = $2 and issues is not null and status = 'failed' order by seq limit $3 offset $4`,
    [organizationId, batchId, limit, offset],
  );
  return rows;
}

export interface IssuedOutcome {
  row: number;
  email: string;
  id: string;
}

/** The first ones in row order, those revoked since among them. */
export async function readIssuedOutcomes(
  tx: Tx,
  organizationId: string,
  batchId: string,
  limit: number,
): Promise<IssuedOutcome[]> {
  const { rows } = await tx.query<IssuedOutcome>(
    `select seq + 1 as row, email, id from item
     where organization_id = $1 and batch_id = $2 and status in ('issued', 'revoked') order by seq limit $3`,
    [organizationId, batchId, limit],
  );
  return rows;
}
