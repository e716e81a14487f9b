/** Pictures of signatures, each stored once under its hash; a batch names those its documents carry. */

import type { BatchSignatory } from './batches.ts';
import type { Tx } from './open.ts';

/** Notes the signatories' pictures as they are now: what is on the documents does not change with the member. */
export async function copySignatures(
  tx: Tx,
  organizationId: string,
  batchId: string,
  signatories: BatchSignatory[],
): Promise<void> {
  if (signatories.length === 0) return;
  // A picture that is there already is not read; one that comes in at the same moment is no conflict.
  await tx.query(
    `with wanted as materialized (select place.slot, member.id, member.signature_sha256 as sha256
       from jsonb_to_recordset($3::jsonb) as place(slot int, "memberId" uuid)
       join member on member.id = place."memberId" and member.organization_id = $2 where member.signature_sha256 is not null),
     stored as (insert into signature_image (organization_id, sha256, png)
       select distinct on (wanted.sha256) $2, wanted.sha256, member.signature from wanted join member on member.id = wanted.id
       where not exists (select 1 from signature_image known where known.organization_id = $2 and known.sha256 = wanted.sha256)
       on conflict do nothing)
     insert into batch_signature (batch_id, slot, organization_id, sha256) select $1, slot, $2, sha256 from wanted`,
    [batchId, organizationId, JSON.stringify(signatories)],
  );
}

/** Hex SHA-256 of the batch's pictures, by place. */
export async function readBatchSignatures(
  tx: Tx,
  organizationId: string,
  batchId: string,
): Promise<Map<number, string>> {
  const { rows } = await tx.query<{ slot: number; sha256: string }>(
    `select slot, encode(sha256, 'hex') as sha256 from batch_signature where organization_id = $1 and batch_id = $2`,
    [organizationId, batchId],
  );
  return new Map(rows.map(({ slot, sha256 }) => [slot, sha256]));
}

/** Pictures by hex SHA-256: those of batches, and of members who have signed none yet. */
export async function readSignatureImages(
  tx: Tx,
  organizationId: string,
  hashes: readonly string[],
): Promise<Map<string, Buffer>> {
  if (hashes.length === 0) return new Map();
  const { rows } = await tx.query<{ sha256: string; png: Buffer }>(
    `select encode(sha256, 'hex') as sha256, png from signature_image where organization_id = $1 and sha256 = any($2)
     union all
     select encode(signature_sha256, 'hex'), signature from member where organization_id = $1 and signature_sha256 = any($2)`,
    [organizationId, hashes.map((one) => Buffer.from(one, 'hex'))],
  );
  return new Map(rows.map(({ sha256, png }) => [sha256, png]));
}

/** Hex SHA-256 of the members' pictures as they are now, by member. */
export async function readMemberSignatures(
  tx: Tx,
  organizationId: string,
  memberIds: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await tx.query<{ id: string; sha256: string }>(
    `select id, encode(signature_sha256, 'hex') as sha256 from member
     where organization_id = $1 and id = any($2) and signature_sha256 is not null`,
    [organizationId, memberIds],
  );
  return new Map(rows.map(({ id, sha256 }) => [id, sha256]));
}
