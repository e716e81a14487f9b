/** Vault certificates as their organization sees them, and the verified PDF. */

import type { App } from '../../app.ts';
import { findItem, type ItemRow } from '../../db/items.ts';
import { type OrganizationRow, readOrganization } from '../../db/organizations.ts';
import {
  findVaultCertificate,
  listVaultCertificates as readCertificates,
  type VaultCertificateRow,
  type VaultFilter,
} from '../../db/vault-certificates.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { isUuid } from '../../domain/uuid.ts';
import { notFound } from '../../errors.ts';
import { scanInTurn } from '../items/scan-turns.ts';

export interface VaultCertificateDetail {
  certificate: VaultCertificateRow;
  organization: OrganizationRow;
}

/** `id` is the UUID or the number. Throws `not_found` alike for an unknown, malformed and foreign one, and for one of the other mode. */
export async function getVaultCertificate(app: App, actor: Actor, id: string): Promise<VaultCertificateDetail> {
  requirePermission(actor, 'certificate-vault:view');
  const { organizationId } = actor;
  const key = isUuid(id) ? id : /^[1-9]\d{0,8}$/.test(id) ? Number(id) : undefined;
  if (key === undefined) throw notFound('vault certificate', id);
  return app.db.organization(organizationId, async (tx) => {
    const certificate = await findVaultCertificate(tx, organizationId, key);
    if (certificate?.test !== actor.test) throw notFound('vault certificate', id);
    return { certificate, organization: await readOrganization(tx, organizationId) };
  });
}

/** A page, newest first. */
export async function listVaultCertificates(
  app: App,
  actor: Actor,
  filter: Omit<VaultFilter, 'test'>,
): Promise<{ certificates: VaultCertificateRow[]; total: number }> {
  requirePermission(actor, 'certificate-vault:list');
  const { organizationId } = actor;
  return scanInTurn(app, organizationId, 'search', (tx) =>
    readCertificates(tx, organizationId, { ...filter, test: actor.test }),
  );
}

/** The item, for `readDocument`. Throws `not_found` while there is no document. */
export async function findVaultDocument(app: App, actor: Actor, id: string): Promise<ItemRow> {
  requirePermission(actor, 'certificate-vault:download');
  const { certificate } = await getVaultCertificate(app, { ...actor, scopes: ['certificate-vault:view'] }, id);
  const { organizationId } = actor;
  const item = await app.db.organization(organizationId, (tx) => findItem(tx, organizationId, certificate.itemId));
  if (!item?.packKey) throw notFound('document', id);
  return item;
}
