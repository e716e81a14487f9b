/** Makes a batch of uploaded files: what was handed in with each is a row, and each file is used for one certificate. */

import { randomUUID } from 'node:crypto';
import type { App } from '../../app.ts';
import type { BatchFacts } from '../../db/batches.ts';
import { recordEvents } from '../../db/events.ts';
import { readReferenceSecret } from '../../db/instance.ts';
import { findMembersByEmail } from '../../db/members.ts';
import type { Tx } from '../../db/open.ts';
import { readOrganization } from '../../db/organizations.ts';
import { insertVaultCertificates, type NewVaultCertificate, type VaultTrigger } from '../../db/vault-certificates.ts';
import { lockVaultFiles, useVaultFiles, type VaultFileRow } from '../../db/vault-files.ts';
import { sourceKey, uploadsPerChunk } from '../../domain/document.ts';
import { itemIdentities, referenceIds } from '../../domain/item-identity.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { isUuid } from '../../domain/uuid.ts';
import { ChanceryError, invalidInput } from '../../errors.ts';
import { fault } from '../../fault.ts';
import { writeSource } from '../../ingest/source.ts';
import { decideBatch, storeBatch, type UndecidedBatch } from '../batches/store-batch.ts';
import { settleClaim } from '../idempotency/settle-claim.ts';
import { type VaultEntry, vaultEntryIssues, vaultPlan, vaultRow, vaultTemplateOf } from './vault-source.ts';

export interface CreatedVaultBatch {
  batchId: string;
  /** In the order of the entries. */
  itemIds: string[];
}

export type EntryWithFile = VaultEntry & { fileId: string };

/** More wait for the next call. */
export const mostVaultEntries = 1_000;

/**
 * Durable when it returns. Throws `invalid_input` with issues (`entries.<n>.<column>` for many), or with
 * `details.unresolved`, a sentence for each file that is not there or used already; `limit_exceeded` without credits.
 */
export async function createVaultBatch(
  app: App,
  actor: Actor,
  entries: readonly EntryWithFile[],
  trigger: Extract<VaultTrigger, 'single_upload' | 'bulk_upload'>,
): Promise<CreatedVaultBatch> {
  requirePermission(actor, 'certificate-vault:create');
  const { organizationId } = actor;
  const single = trigger === 'single_upload';
  const issues = entries.flatMap((entry, at) =>
    vaultEntryIssues(entry).map((issue) => (single ? issue : { ...issue, path: `entries.${at}.${issue.path}` })),
  );
  if (issues.length > 0) throw invalidInput('the entries are not valid', issues);
  const ids = entries.map(({ fileId }) => fileId.toLowerCase());
  const files = await app.db.organization(organizationId, (tx) => resolveFiles(tx, actor, ids));
  const template = await vaultTemplateOf(app, organizationId);
  const id = randomUUID();
  const rows = entries.map((entry, seq) => vaultRow(entry, files[seq] as VaultFileRow, seq));
  const { bytes, blocks } = writeSource(inTurn([rows]), uploadsPerChunk);
  await app.blobs.put(sourceKey(id), bytes);
  const name = single ? (entries[0]?.title ?? '') : `Vault upload of ${entries.length}`;
  const kind = single ? 'vault_single' : 'vault_bulk';
  const batch: UndecidedBatch = { id, name, kind, template, signatories: [], plan: vaultPlan, blocks };
  await fault('create-after-source');
  try {
    const made = await app.db.organization(organizationId, async (tx) => {
      await resolveFiles(tx, actor, ids);
      const facts = await decideBatch(app, tx, actor, batch);
      await storeBatch(app, tx, actor, facts, blocks);
      const certificates = await storeCertificates(tx, actor, facts, entries, trigger);
      await useVaultFiles(tx, organizationId, ids);
      const result = { batchId: id, itemIds: certificates.map(({ itemId }) => itemId) };
      await settleClaim(app, tx, actor, result);
      await fault('create-before-commit');
      return result;
    });
    await fault('create-after-commit');
    return made;
  } catch (error) {
    const unknown = error instanceof ChanceryError && error.details.commit === 'unknown';
    if (!unknown) await app.blobs.delete(sourceKey(id)).catch(() => {});
    throw error;
  }
}

async function* inTurn<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values;
}

/** In the order of `ids`, and locked. */
async function resolveFiles(tx: Tx, { organizationId, test }: Actor, ids: readonly string[]): Promise<VaultFileRow[]> {
  const found = await lockVaultFiles(tx, organizationId, test, ids.filter(isUuid));
  const unresolved = ids.flatMap((id, at) => {
    const file = found.get(id);
    if (!file) return [`Entry ${at}: file_id ${id} not found`];
    return file.used ? [`Entry ${at}: file_id ${id} has already been used`] : [];
  });
  if (unresolved.length > 0) throw invalidInput('some files could not be found', [], { unresolved });
  return ids.map((id) => found.get(id) as VaultFileRow);
}

/** Ids and reference ids are those which the belt will find: they follow from what was decided about the batch. */
async function storeCertificates(
  tx: Tx,
  actor: Actor,
  batch: BatchFacts,
  entries: readonly EntryWithFile[],
  trigger: VaultTrigger,
): Promise<NewVaultCertificate[]> {
  const { organizationId, createdAt } = batch;
  const members = await findMembersByEmail(
    tx,
    organizationId,
    entries.map(({ email }) => email.trim()),
  );
  const { referencePrefix } = await readOrganization(tx, organizationId);
  const identityOf = itemIdentities(batch.seed);
  const referenceAt = referenceIds(referencePrefix, createdAt.getUTCFullYear(), await readReferenceSecret(tx));
  const certificates = entries.map(
    (entry, seq): NewVaultCertificate => ({
      seq,
      itemId: identityOf(seq).id,
      fileId: entry.fileId,
      referenceId: referenceAt(batch.firstReference + seq),
      title: entry.title.trim().normalize('NFC'),
      fullName: entry.fullName.trim().normalize('NFC'),
      email: entry.email.trim(),
      issueDate: entry.issueDate ?? createdAt.toISOString().slice(0, 10),
      details: entry.details?.trim() || null,
      memberId: members.get(entry.email.trim().toLowerCase()) ?? null,
    }),
  );
  const numbers = await insertVaultCertificates(tx, batch, trigger, certificates);
  const events = certificates.map(({ seq, itemId, title, email }) => ({
    subject: 'item',
    subjectId: itemId,
    kind: 'vault.created',
    actor: actor.label,
    data: { number: numbers.get(seq), title, email, source: 'vault', trigger },
  }));
  await recordEvents(tx, organizationId, events);
  return certificates;
}
