/** What new batches of a template are made with, as it is at this instant: ids and digests instead of content, so that asking costs one small statement. */

import type { BatchSignatory } from './batches.ts';
import type { Tx } from './open.ts';
import type { OrganizationRow } from './organizations.ts';
import type { KeyPurpose } from './signing-keys.ts';

export interface CurrentFacts {
  templateId: string;
  versionId: string;
  /** Places for signatories, sorted. */
  slots: number[];
  organization: Pick<OrganizationRow, 'name' | 'url' | 'referencePrefix' | 'senderName' | 'senderAddress' | 'rowLimit'>;
  credentialKeyId: string;
  /** Raw, 32 bytes. */
  credentialPublicKey: Buffer;
  sealKeyId: string;
  /** The template's default signatories by place; `picture` is the hex SHA-256 of the signature. */
  signatories: (BatchSignatory & { picture: string | null; isArchived: boolean })[];
}

const newestKey = (purpose: string) => `join lateral (select id, public_key from signing_key
    where organization_id = $1 and purpose = ${purpose} and retired_at is null order by created_at desc, id limit 1)`;

/** `test`: with the keys of specimens. Undefined for a template that is archived, built in or none of the organization's, and without keys to sign with. */
export async function readCurrentFacts(
  tx: Tx,
  organizationId: string,
  templateId: string,
  test: boolean,
): Promise<CurrentFacts | undefined> {
  const purposes: KeyPurpose[] = test ? ['test_credential', 'test_seal'] : ['credential', 'seal'];
  const { rows } = await tx.query<CurrentFacts>(
    `select template.id as "templateId", version.id as "versionId", version.slots,
       jsonb_build_object('name', organization.name, 'url', organization.url, 'referencePrefix', organization.reference_prefix,
         'senderName', organization.sender_name, 'senderAddress', organization.sender_address, 'rowLimit', organization.row_limit) as organization,
       credential_key.id as "credentialKeyId", credential_key.public_key as "credentialPublicKey", seal_key.id as "sealKeyId",
       (select coalesce(jsonb_agg(jsonb_build_object('slot', slot, 'memberId', member.id,
           'name', coalesce(signatory_name, first_name || ' ' || last_name), 'designation', coalesce(signatory_designation, ''),
           'autoApprove', auto_approve, 'picture', encode(signature_sha256, 'hex'), 'isArchived', is_archived) order by slot), '[]')
         from template_signatory join member on member.id = member_id
         where template_signatory.organization_id = $1 and template_signatory.template_id = template.id) as signatories
     from template
     join lateral (select id, slots from template_version where template_id = template.id order by version desc limit 1) version on true
     join organization on organization.id = template.organization_id
     ${newestKey('$3')} credential_key on true
     ${newestKey('$4')} seal_key on true
     where template.organization_id = $1 and template.id = $2 and template.archived_at is null and not template.built_in`,
    [organizationId, templateId, ...purposes],
  );
  return rows[0];
}
