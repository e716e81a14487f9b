/** One upload, one certificate: the file is taken in, and given back if nothing comes of it. */

import type { App } from '../../app.ts';
import { deleteUnusedFile } from '../../db/vault-files.ts';
import { prefixKey } from '../../domain/document.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { ChanceryError, invalidInput } from '../../errors.ts';
import { type CreatedVaultBatch, createVaultBatch } from './create-vault-batch.ts';
import { uploadVaultFile, type VaultUpload } from './upload-vault-file.ts';
import { type VaultEntry, vaultEntryIssues } from './vault-source.ts';

/** Throws as `uploadVaultFile` (at `certificate_file`) and `createVaultBatch`; the words are judged before the file. */
export async function createVaultCertificate(
  app: App,
  actor: Actor,
  entry: VaultEntry,
  upload: VaultUpload,
): Promise<CreatedVaultBatch> {
  requirePermission(actor, 'certificate-vault:create');
  const issues = vaultEntryIssues(entry);
  if (issues.length > 0) throw invalidInput('the certificate is not valid', issues);
  // What is created for the key is the certificate.
  const file = await uploadVaultFile(app, { ...actor, claim: undefined }, upload, 'certificate_file');
  try {
    return await createVaultBatch(app, actor, [{ ...entry, fileId: file.id }], 'single_upload');
  } catch (error) {
    const unknown = error instanceof ChanceryError && error.details.commit === 'unknown';
    if (!unknown) await forget(app, actor, file.id).catch(() => {});
    throw error;
  }
}

/** What is not deleted now expires later. */
async function forget(app: App, { organizationId }: Actor, fileId: string): Promise<void> {
  const gone = await app.db.organization(organizationId, (tx) => deleteUnusedFile(tx, organizationId, fileId));
  if (gone) await app.blobs.delete(prefixKey(fileId));
}
