/** Members of an organization; some of them sign. */

import type { Tx } from './open.ts';

export interface MemberRow {
  id: string;
  number: number;
  firstName: string;
  lastName: string;
  email: string;
  signatoryName: string | null;
  signatoryDesignation: string | null;
  isArchived: boolean;
  hasSignature: boolean;
}

const columns = `id, number, first_name as "firstName", last_name as "lastName", email, signatory_name as "signatoryName",
  signatory_designation as "signatoryDesignation", is_archived as "isArchived", signature is not null as "hasSignature"`;

export async function readMembers(tx: Tx, organizationId: string, ids: readonly string[]): Promise<MemberRow[]> {
  return (
    await tx.query<MemberRow>(`select ${columns} from member where organization_id = $1 and id = any($2)`, [
      organizationId,
      ids,
    ])
  ).rows;
}

/** By UUID or by number, whichever the text looks like. */
export async function findMember(tx: Tx, organizationId: string, idOrNumber: string): Promise<MemberRow | undefined> {
  const isNumber = /^\d{1,9}$/.test(idOrNumber);
  const { rows } = await tx.query<MemberRow>(
    `select ${columns} from member where organization_id = $1 and ${isNumber ? 'number' : 'id'} = $2`,
    [organizationId, isNumber ? Number(idOrNumber) : idOrNumber],
  );
  return rows[0];
}

/** Members that are not archived, by e-mail address in lower case. */
export async function findMembersByEmail(
  tx: Tx,
  organizationId: string,
  emails: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await tx.query<{ id: string; email: string }>(
    'select id, lower(email) as email from member where organization_id = $1 and lower(email) = any($2) and not is_archived',
    [organizationId, emails.map((email) => email.toLowerCase())],
  );
  return new Map(rows.map(({ id, email }) => [email, id]));
}

export async function insertMember(
  tx: Tx,
  member: {
    id: string;
    organizationId: string;
    firstName: string;
    lastName: string;
    email: string;
    signatoryName: string | null;
    signatoryDesignation: string | null;
    signature: Buffer | null;
  },
): Promise<void> {
  await tx.query(
    `insert into member (id, organization_id, first_name, last_name, email, signatory_name, signatory_designation, signature, signature_added_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8::bytea, case when $8::bytea is null then null else clock_timestamp() end)`,
    [
      member.id,
      member.organizationId,
      member.firstName,
      member.lastName,
      member.email,
      member.signatoryName,
      member.signatoryDesignation,
      member.signature,
    ],
  );
}
