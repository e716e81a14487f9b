/** What a certificate that is issued at this moment is made from, in one statement. */

import type { Tx } from './open.ts';
import type { KeyPurpose } from './signing-keys.ts';

export interface CurrentTerms {
  template: { id: string; name: string; versionId: string; slots: number[] };
  organization: { id: string; name: string; url: string; referencePrefix: string };
  sender: { name: string; address: string };
  /** Null where the organization has none. */
  credentialKey: { id: string; publicKey: Buffer } | null;
  sealKeyId: string | null;
  referenceSecret: Buffer;
  /** Credits. */
  available: number;
}

interface Row {
  id: string;
  name: string;
  versionId: string;
  slots: number[];
  issuer: string;
  url: string;
  referencePrefix: string;
  senderName: string;
  senderAddress: string;
  keyId: string | null;
  publicKey: Buffer | null;
  sealKeyId: string | null;
  referenceSecret: Buffer;
  available: number;
}

const newestKey = `select id, public_key from signing_key
  where organization_id = $1 and retired_at is null and purpose =`;

/** `test`: with the keys of specimens. Undefined where the organization has no such template, or has archived it. */
export async function readCurrentTerms(
  tx: Tx,
  organizationId: string,
  templateId: string,
  test: boolean,
): Promise<CurrentTerms | undefined> {
  const purposes: KeyPurpose[] = test ? ['test_credential', 'test_seal'] : ['credential', 'seal'];
  const { rows } = await tx.query<Row>(
    `select template.id, template.name, newest.id as "versionId", newest.slots, organization.name as issuer, organization.url,
       organization.reference_prefix as "referencePrefix", organization.sender_name as "senderName", organization.sender_address as "senderAddress",
       credential.id as "keyId", credential.public_key as "publicKey", seal.id as "sealKeyId", instance.reference_secret as "referenceSecret",
       coalesce(balance.available, 0) as available
     from template join organization on organization.id = template.organization_id cross join instance
     join lateral (select id, slots from template_version where template_id = template.id order by version desc limit 1) newest on true
     left join lateral (${newestKey} $3 order by created_at desc, id limit 1) credential on true
     left join lateral (${newestKey} $4 order by created_at desc, id limit 1) seal on true
     left join credit_balance balance on balance.organization_id = organization.id
     where template.organization_id = $1 and template.id = $2 and template.archived_at is null and not template.built_in`,
    [organizationId, templateId, ...purposes],
  );
  const row = rows[0];
  if (!row) return undefined;
  const { id, name, versionId, slots, issuer, url, referencePrefix, keyId, publicKey } = row;
  return {
    template: { id, name, versionId, slots },
    organization: { id: organizationId, name: issuer, url, referencePrefix },
    sender: { name: row.senderName, address: row.senderAddress },
    credentialKey: keyId && publicKey ? { id: keyId, publicKey } : null,
    sealKeyId: row.sealKeyId,
    referenceSecret: row.referenceSecret,
    available: row.available,
  };
}
