/** Organizations and the look-ups that lead to one. */

import type { Tx } from './open.ts';

export interface OrganizationRow {
  id: string;
  number: number;
  name: string;
  url: string;
  referencePrefix: string;
  senderName: string;
  senderAddress: string;
  rowLimit: number;
  createdAt: Date;
  updatedAt: Date;
}

const columns = `id, number, name, url, reference_prefix as "referencePrefix", sender_name as "senderName",
  sender_address as "senderAddress", row_limit as "rowLimit", created_at as "createdAt", updated_at as "updatedAt"`;

/** Within the organization's own transaction. */
export async function readOrganization(tx: Tx, organizationId: string): Promise<OrganizationRow> {
  const { rows } = await tx.query<OrganizationRow>(`select ${columns} from organization where id = $1`, [
    organizationId,
  ]);
  return rows[0] as OrganizationRow;
}

export interface NewOrganization {
  id: string;
  name: string;
  url: string;
  referencePrefix: string;
  senderName: string;
  senderAddress: string;
  rowLimit: number;
}

/** As owner: an organization with an empty account. */
export async function insertOrganization(tx: Tx, organization: NewOrganization): Promise<void> {
  await tx.query(
    `insert into organization (id, name, url, reference_prefix, sender_name, sender_address, row_limit) values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      organization.id,
      organization.name,
      organization.url,
      organization.referencePrefix,
      organization.senderName,
      organization.senderAddress,
      organization.rowLimit,
    ],
  );
  await tx.query('insert into credit_balance (organization_id) values ($1)', [organization.id]);
}

/** As owner. */
export async function listOrganizations(tx: Tx): Promise<OrganizationRow[]> {
  return (await tx.query<OrganizationRow>(`select ${columns} from organization order by number`)).rows;
}

const lookups = {
  publicItem: 'organization_of_public_item',
  member: 'organization_of_member',
  statusList: 'organization_of_status_list',
  templateVersion: 'organization_of_template_version',
  organization: 'organization_exists',
  approvalLink: 'organization_of_approval_link',
  walletLink: 'organization_of_wallet_link',
  walletSession: 'organization_of_wallet_session',
} as const;

/** Which organization an unguessable id belongs to, or undefined; the one hole in the wall, security-definer functions in the migrations. */
export async function findOrganizationOf(tx: Tx, what: keyof typeof lookups, id: string): Promise<string | undefined> {
  const { rows } = await tx.query<{ id: string | null }>(`select ${lookups[what]}($1) as id`, [id]);
  return rows[0]?.id ?? undefined;
}

/** Organizations with a member, not archived, of this address in whatever case. */
export async function findOrganizationsOfAddress(tx: Tx, email: string): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>('select organizations_of_member_address($1) as id', [email]);
  return rows.map(({ id }) => id);
}
