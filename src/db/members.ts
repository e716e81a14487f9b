/** Members of an organization; some of them sign. */

import type { Tx } from './open.ts';

export const memberRoles = ['owner', 'admin', 'member'] as const;

export interface MemberRow {
  id: string;
  number: number;
  firstName: string;
  lastName: string;
  email: string;
  emailVerifiedAt: Date | null;
  phone: string | null;
  phoneVerifiedAt: Date | null;
  role: (typeof memberRoles)[number];
  signatoryName: string | null;
  signatoryDesignation: string | null;
  isArchived: boolean;
  hasSignature: boolean;
  signatureAddedAt: Date | null;
  /** What a row about them may leave out, by field name. */
  profile: Record<string, string>;
  createdAt: Date;
  updatedAt: Date;
}

const columns = `id, number, first_name as "firstName", last_name as "lastName", email, email_verified_at as "emailVerifiedAt", phone,
  phone_verified_at as "phoneVerifiedAt", role, signatory_name as "signatoryName", signatory_designation as "signatoryDesignation",
  is_archived as "isArchived", signature is not null as "hasSignature", signature_added_at as "signatureAddedAt",
  profile, created_at as "createdAt", updated_at as "updatedAt"`;

export async function readMembers(tx: Tx, organizationId: string, ids: readonly string[]): Promise<MemberRow[]> {
  return (
    await tx.query<MemberRow>(`select ${columns} from member where organization_id = $1 and id = any($2)`, [
      organizationId,
      ids,
    ])
  ).rows;
}

/** By UUID or by number, whichever the text looks like; anything else finds nobody. */
export async function findMembers(
  tx: Tx,
  organizationId: string,
  idsOrNumbers: readonly string[],
): Promise<MemberRow[]> {
  const numbers = idsOrNumbers.filter((one) => /^0*\d{1,9}$/.test(one)).map(Number);
  const { rows } = await tx.query<MemberRow>(
    `select ${columns} from member where organization_id = $1 and (id::text = any($2) or number = any($3))`,
    [organizationId, idsOrNumbers.map((one) => one.toLowerCase()), numbers],
  );
  return rows;
}

export async function findMember(tx: Tx, organizationId: string, idOrNumber: string): Promise<MemberRow | undefined> {
  return (await findMembers(tx, organizationId, [idOrNumber]))[0];
}

/** As `findMember` by id, for a change of some facts that must not undo another's change of others. */
export async function lockMember(tx: Tx, organizationId: string, id: string): Promise<MemberRow | undefined> {
  const { rows } = await tx.query<MemberRow>(
    `select ${columns} from member where organization_id = $1 and id = $2 for no key update`,
    [organizationId, id],
  );
  return rows[0];
}

/** The PNG that is drawn on documents. */
export async function readSignature(tx: Tx, organizationId: string, id: string): Promise<Buffer | null> {
  const { rows } = await tx.query<{ signature: Buffer | null }>(
    'select signature from member where organization_id = $1 and id = $2',
    [organizationId, id],
  );
  return rows[0]?.signature ?? null;
}

/** A member whose address this is, in any case, other than `exceptId`. */
export async function findMemberByEmail(
  tx: Tx,
  organizationId: string,
  email: string,
  exceptId: string | null = null,
): Promise<MemberRow | undefined> {
  const { rows } = await tx.query<MemberRow>(
    `select ${columns} from member where organization_id = $1 and email_key = lower($2) and ($3::uuid is null or id <> $3) order by number limit 1`,
    [organizationId, email, exceptId],
  );
  return rows[0];
}

const sortColumns = {
  firstName: 'first_name',
  lastName: 'last_name',
  email: 'email',
  role: 'role',
  isArchived: 'is_archived',
  hasSignature: '(signature is not null)',
  signatoryName: 'signatory_name',
  signatoryDesignation: 'signatory_designation',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
} as const;

export type MemberSortField = keyof typeof sortColumns;

export interface MemberFilter {
  /** Part of a name, the address, or what stands under the signature, in any case. */
  search?: string;
  /** Default: newest first. */
  sort?: { field: MemberSortField; descending: boolean };
  limit: number;
  offset: number;
}

/** The whole organization's members are looked through: they are hundreds, not millions. */
export async function listMembers(
  tx: Tx,
  organizationId: string,
  { search, sort = { field: 'createdAt', descending: true }, limit, offset }: MemberFilter,
): Promise<{ members: MemberRow[]; total: number }> {
  const where = `organization_id = $1 and ($2::text is null
    or strpos(lower(concat_ws(' ', first_name, last_name, email, signatory_name, signatory_designation)), lower($2)) > 0)`;
  const direction = sort.descending ? 'desc nulls last' : 'asc nulls first';
  const { rows } = await tx.query<MemberRow>(
    `select ${columns} from member where ${where}
     order by ${sortColumns[sort.field]} ${direction}, number ${sort.descending ? 'desc' : 'asc'} limit $3 offset $4`,
    [organizationId, search ?? null, limit, offset],
  );
  const counted = await tx.query<{ total: number }>(`select count(*)::int as total from member where ${where}`, [
    organizationId,
    search ?? null,
  ]);
  return { members: rows, total: counted.rows[0]?.total ?? 0 };
}

export interface MemberFacts {
  firstName: string;
  lastName: string;
  email: string;
  phone: string | null;
  role: MemberRow['role'];
  signatoryName: string | null;
  signatoryDesignation: string | null;
  isArchived: boolean;
  emailVerified: boolean;
  phoneVerified: boolean;
  profile: Record<string, string>;
}

/** Members that are not archived, by e-mail address in lower case. */
export async function findMembersByEmail(
  tx: Tx,
  organizationId: string,
  emails: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await tx.query<{ id: string; email: string }>(
    'select id, email_key as email from member where organization_id = $1 and email_key = any($2) and not is_archived',
    [organizationId, emails.map((email) => email.toLowerCase())],
  );
  return new Map(rows.map(({ id, email }) => [email, id]));
}

export async function insertMember(
  tx: Tx,
  organizationId: string,
  id: string,
  member: MemberFacts & { signature: Buffer | null },
): Promise<void> {
  await tx.query(
    'insert into member (id, organization_id, first_name, last_name, email, email_key) values ($1, $2, $3, $4, $5, lower($5))',
    [id, organizationId, member.firstName, member.lastName, member.email],
  );
  await updateMember(tx, organizationId, id, member);
  if (member.signature) await setSignature(tx, organizationId, id, member.signature);
}

/** A date of verification is kept for as long as what was verified stays so. */
export async function updateMember(tx: Tx, organizationId: string, id: string, member: MemberFacts): Promise<void> {
  const verified = (column: string, value: string, flag: string, same: string) =>
    `${column} = case when not ${flag} or ${value} is null then null when ${same} then coalesce(${column}, clock_timestamp()) else clock_timestamp() end`;
  await tx.query(
    `update member set first_name = $3, last_name = $4, email = $5, email_key = lower($5), phone = $6, role = $7, signatory_name = $8, signatory_designation = $9,
       is_archived = $10, profile = $13, updated_at = clock_timestamp(),
       ${verified('email_verified_at', '$5::text', '$11::boolean', 'email = $5')},
       ${verified('phone_verified_at', '$6::text', '$12::boolean', 'phone = $6')}
     where organization_id = $1 and id = $2`,
    [
      organizationId,
      id,
      member.firstName,
      member.lastName,
      member.email,
      member.phone,
      member.role,
      member.signatoryName,
      member.signatoryDesignation,
      member.isArchived,
      member.emailVerified,
      member.phoneVerified,
      JSON.stringify(member.profile),
    ],
  );
}

/** Null takes it away; batches that were handed in keep their copy. */
export async function setSignature(tx: Tx, organizationId: string, id: string, png: Buffer | null): Promise<void> {
  await tx.query(
    `update member set signature = $3::bytea, signature_added_at = case when $3::bytea is null then null else clock_timestamp() end,
       updated_at = clock_timestamp() where organization_id = $1 and id = $2`,
    [organizationId, id, png],
  );
}
