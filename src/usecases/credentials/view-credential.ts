/** What the verification page says of a credential, checked at the moment it is asked. */

import type { App } from '../../app.ts';
import { publicKeyFromMultibase } from '../../credential/keys.ts';
import { type CredentialReport, verifyCredential } from '../../credential/verify-credential.ts';
import { findBatch } from '../../db/batches.ts';
import type { ItemRow } from '../../db/items.ts';
import { type OrganizationRow, readOrganization } from '../../db/organizations.ts';
import { listSigningKeys } from '../../db/signing-keys.ts';
import { readTemplateVersion } from '../../db/templates.ts';
import type { Template } from '../../domain/template.ts';
import { achievementOf } from '../../domain/vault-template.ts';
import { findPublicItem, type PublicItem, readCredential } from '../documents/read-document.ts';

/** A specimen attests nothing, whatever else could be said of it. */
export type CredentialState = 'valid' | 'revoked' | 'expired' | 'not_yet_issued' | 'specimen';

export interface ViewedCredential {
  item: ItemRow;
  organization: OrganizationRow;
  template: Template;
  /** What the item attests. */
  achievement: ReturnType<typeof achievementOf>;
  state: CredentialState;
  report: CredentialReport;
  /** The signed JSON text. */
  credential: string;
  checkedAt: Date;
}

export async function viewCredential(app: App, id: string): Promise<ViewedCredential> {
  return viewItem(app, await findPublicItem(app, id));
}

/** One that was issued, public or not. */
export async function viewItem(app: App, { organizationId, item }: PublicItem): Promise<ViewedCredential> {
  const { organization, template, kind, keys } = await app.db.organization(organizationId, async (tx) => {
    const batch = await findBatch(tx, organizationId, item.batchId);
    const version = await readTemplateVersion(tx, organizationId, batch?.templateVersionId as string);
    return {
      organization: await readOrganization(tx, organizationId),
      template: version?.content as Template,
      kind: batch?.kind ?? 'template',
      keys: await listSigningKeys(tx, organizationId),
    };
  });
  const credential = await readCredential(app, item);
  const checkedAt = new Date();
  const known = new Set(
    keys
      .filter(({ purpose }) => purpose === (item.test ? 'test_credential' : 'credential'))
      .map((key) => key.multibase),
  );
  const report = await verifyCredential(
    credential,
    (method) => {
      const multibase = method.slice(method.indexOf('#') + 1);
      return known.has(multibase) ? publicKeyFromMultibase(multibase) : undefined;
    },
    checkedAt,
    app.checkedProofs,
  );
  const achievement = achievementOf(kind, template, item.fields);
  return { item, organization, template, achievement, state: stateOf(item, checkedAt), report, credential, checkedAt };
}

/** Days begin and end at midnight UTC; a credential is valid through its expiry date. */
export function stateOf(
  item: Pick<ItemRow, 'status' | 'issueDate' | 'expiryDate' | 'test'>,
  now: Date,
): CredentialState {
  const today = now.toISOString().slice(0, 10);
  if (item.test) return 'specimen';
  if (item.status === 'revoked') return 'revoked';
  if (item.expiryDate !== null && item.expiryDate < today) return 'expired';
  return item.issueDate > today ? 'not_yet_issued' : 'valid';
}
