/** What a member's wallet shows: everything that belongs to them and has a public page. */

import type { Tx } from './open.ts';

/** Issued or revoked, and of a batch whose certificates have public pages. */
const isInWallet = `item.organization_id = $1 and item.member_id = $2 and item.status in ('issued', 'revoked')
  and not batch.hidden and not batch.test`;

/** Of the newest certificate the member's wallet shows. */
export async function readWalletLanguage(
  tx: Tx,
  organizationId: string,
  memberId: string,
): Promise<string | undefined> {
  const { rows } = await tx.query<{ language: string }>(
    `select template_version.language from (select batch.template_version_id from item join batch on batch.id = item.batch_id
       where ${isInWallet} order by item.created_at desc, item.batch_id desc, item.seq desc limit 1) newest
     join template_version on template_version.id = newest.template_version_id`,
    [organizationId, memberId],
  );
  return rows[0]?.language;
}

export interface WalletItemRow {
  id: string;
  referenceId: string;
  name: string;
  status: 'issued' | 'revoked';
  /** `YYYY-MM-DD`. */
  issueDate: string;
  expiryDate: string | null;
  revokedAt: Date | null;
  title: string;
  /** BCP 47, of the title. */
  language: string;
}

/** Newest first. The title of an uploaded certificate stands in its row, else in the template, whose artwork is read once for each version. */
export async function listWalletItems(
  tx: Tx,
  organizationId: string,
  memberId: string,
  { limit, offset, titleField }: { limit: number; offset: number; titleField: string },
): Promise<WalletItemRow[]> {
  const { rows } = await tx.query<WalletItemRow>(
    `with page as materialized (
       select item.*, batch.kind, batch.template_version_id from item join batch on batch.id = item.batch_id
       where ${isInWallet} order by item.created_at desc, item.batch_id desc, item.seq desc limit $3 offset $4),
     version as materialized (
       select id, language, content->'achievement'->>'name' as name from template_version
       where id in (select template_version_id from page))
     select page.id, page.reference_id as "referenceId", page.name, page.status, to_char(page.issue_date, 'YYYY-MM-DD') as "issueDate",
       to_char(page.expiry_date, 'YYYY-MM-DD') as "expiryDate", page.revoked_at as "revokedAt", version.language,
       case page.kind when 'template' then version.name else page.fields->>$5 end as title
     from page join version on version.id = page.template_version_id
     order by page.created_at desc, page.batch_id desc, page.seq desc`,
    [organizationId, memberId, limit, offset, titleField],
  );
  return rows;
}
