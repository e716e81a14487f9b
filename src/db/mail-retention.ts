/** What of print and post is thrown away, and when: as owner, over all organizations. Rows and tracking stay; bytes go, and only then a row says so. */

import type { MailingRow } from './mailings.ts';
import type { Tx } from './open.ts';
import { mayBecome } from './transition.ts';

export interface SweptMailing {
  id: string;
  organizationId: string;
  orderKeys: string[];
  /** Of each print run, how often it was composed at most. */
  runs: { id: string; revision: number }[];
}

export type Draft = Pick<MailingRow, 'id' | 'organizationId' | 'updatedAt'>;

/** Mailings that nobody submitted for so many days. */
export async function listDrafts(tx: Tx, { days, limit }: { days: number; limit: number }): Promise<Draft[]> {
  const { rows } = await tx.query<Draft>(
    `select id, organization_id as "organizationId", updated_at as "updatedAt" from mailing
     where swept_at is null and status = 'editing' and updated_at < clock_timestamp() - make_interval(days => $1) order by updated_at limit $2`,
    [days, limit],
  );
  return rows;
}

/** Mailings whose files nobody needs any more: at their end for so many days, or never submitted and thrown away. */
export async function listSweepable(tx: Tx, { days, limit }: { days: number; limit: number }): Promise<SweptMailing[]> {
  const { rows } = await tx.query<SweptMailing>(
    `select id, organization_id as "organizationId", order_keys as "orderKeys",
       (select coalesce(jsonb_agg(jsonb_build_object('id', print_run.id, 'revision', revision)), '[]') from print_run
        where print_run.mailing_id = mailing.id) as runs
     from mailing where swept_at is null and status in ('completed', 'failed', 'cancelled')
       and (completed_at < clock_timestamp() - make_interval(days => $1) or submitted_at is null)
     order by completed_at limit $2`,
    [days, limit],
  );
  return rows;
}

/** Its files are gone. */
export async function markSwept(tx: Tx, organizationId: string, id: string): Promise<void> {
  await tx.query('update mailing set swept_at = clock_timestamp() where organization_id = $1 and id = $2', [
    organizationId,
    id,
  ]);
  await tx.query('update print_run set files = null where organization_id = $1 and mailing_id = $2', [
    organizationId,
    id,
  ]);
}

/**
 * From now on nobody can use them: documents whose mailing is swept, or that no job was made with for so many days, and those that never came to
 * belong to a mailing or were never stored to their end.
 */
export async function retireDocuments(tx: Tx, days: number): Promise<void> {
  await tx.query(
    `update mail_document set status = 'deleted', updated_at = clock_timestamp()
     where ${mayBecome('mail_document', 'deleted')}
       and not exists (select 1 from mailing where mailing.document_id = mail_document.id and mailing.swept_at is null)
       and (exists (select 1 from mailing where mailing.document_id = mail_document.id and mailing.kind = 'batch')
         or created_at < clock_timestamp() - make_interval(days => $1)
         or sha256 is null and created_at < clock_timestamp() - interval '1 day')`,
    [days],
  );
}

/** Those whose bytes are still to be thrown away. */
export async function listRetiredDocuments(tx: Tx, limit: number): Promise<{ id: string; organizationId: string }[]> {
  const { rows } = await tx.query<{ id: string; organizationId: string }>(
    `select id, organization_id as "organizationId" from mail_document where status = 'deleted' and deleted_at is null
     order by updated_at limit $1`,
    [limit],
  );
  return rows;
}

export async function markDocumentGone(tx: Tx, organizationId: string, id: string): Promise<void> {
  await tx.query(
    'update mail_document set deleted_at = clock_timestamp() where organization_id = $1 and id = $2 and deleted_at is null',
    [organizationId, id],
  );
}
