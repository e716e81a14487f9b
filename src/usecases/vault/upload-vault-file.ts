/** Takes a file into the vault: looked at by a confined process, then stored, then known; one that is refused leaves nothing behind. */

import { createHash, randomUUID } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { App } from '../../app.ts';
import { insertVaultFile, type VaultFileRow } from '../../db/vault-files.ts';
import { prefixKey } from '../../domain/document.ts';
import { cleanFileName } from '../../domain/file-name.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { ChanceryError, invalidInput } from '../../errors.ts';
import { fault } from '../../fault.ts';
import { judgeUpload, type UploadKind } from '../../pdf/upload/judge-upload.ts';
import { settleClaim } from '../idempotency/settle-claim.ts';

/** 20 MiB, in kilobytes as Laravel counts them. */
export const largestVaultFileKb = 20_480;

export interface VaultUpload {
  filename: string;
  size: number;
  open(): AsyncIterable<Uint8Array>;
}

const mediaTypes: Record<UploadKind, string> = { pdf: 'application/pdf', png: 'image/png', jpeg: 'image/jpeg' };

/** Durable when it returns. Throws `invalid_input` with one issue at `path`: `unsupported`, `file_too_large`, or why the file cannot be used. */
export async function uploadVaultFile(
  app: App,
  actor: Actor,
  upload: VaultUpload,
  path: string,
): Promise<UploadedVaultFile> {
  requirePermission(actor, 'certificate-vault:create');
  if (upload.size > largestVaultFileKb * 1_024)
    throw invalidInput('the file is too large', [{ path, code: 'too_large', params: { max: largestVaultFileKb } }]);
  const judged = await judgeUpload(upload.open()).catch((error: unknown) => {
    if (!(error instanceof ChanceryError) || error.code !== 'invalid_input') throw error;
    const reason = error.issues[0]?.params?.reason ?? error.message;
    throw invalidInput('the file cannot be used', [{ path, code: 'invalid', params: { reason } }]);
  });
  if (!judged)
    throw invalidInput('the file is of another type', [
      { path, code: 'not_a_choice', params: { choices: ['pdf', 'jpg', 'jpeg', 'png'] } },
    ]);
  const hash = createHash('sha256');
  await pipeline(upload.open(), hash);
  const sha256 = hash.digest();
  const file = {
    id: randomUUID(),
    name: cleanFileName(upload.filename) || 'upload',
    mediaType: mediaTypes[judged.kind],
    size: upload.size,
    sha256,
    pages: judged.pages,
    baseLength: judged.plan.length,
    baseSha256: judged.made ? createHash('sha256').update(judged.made).digest() : sha256,
    plan: judged.plan,
    test: actor.test,
  };
  await app.blobs.put(prefixKey(file.id), judged.made ?? upload.open());
  await fault('upload-after-blob');
  try {
    await app.db.organization(actor.organizationId, async (tx) => {
      await insertVaultFile(tx, actor.organizationId, file);
      await settleClaim(app, tx, actor, shownOf(file));
    });
  } catch (error) {
    const unknown = error instanceof ChanceryError && error.details.commit === 'unknown';
    if (!unknown) await app.blobs.delete(prefixKey(file.id)).catch(() => {});
    throw error;
  }
  return shownOf(file);
}

export type UploadedVaultFile = Pick<VaultFileRow, 'id' | 'name' | 'mediaType' | 'size'>;

const shownOf = ({ id, name, mediaType, size }: UploadedVaultFile): UploadedVaultFile => ({
  id,
  name,
  mediaType,
  size,
});
