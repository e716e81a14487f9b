/** The files of an issued item: PDF, credential, preview. Public by the item's unguessable id, unless its batch is hidden. */

import { createHash } from 'node:crypto';
import type { App } from '../../app.ts';
import { findItem, type ItemRow } from '../../db/items.ts';
import { findOrganizationOf } from '../../db/organizations.ts';
import { isUploaded, prefixKey, previewKey } from '../../domain/document.ts';
import { isUuid } from '../../domain/uuid.ts';
import { ChanceryError, notFound } from '../../errors.ts';
import { drawUploaded } from '../../pdf/upload/judge-upload.ts';

export interface PublicItem {
  organizationId: string;
  item: ItemRow;
}

/** Throws `not_found` alike for an unknown id, a malformed one, one not issued yet and a hidden one. */
export async function findPublicItem(app: App, id: string): Promise<PublicItem> {
  const organizationId = isUuid(id)
    ? await app.db.anonymous((tx) => findOrganizationOf(tx, 'publicItem', id))
    : undefined;
  if (!organizationId) throw notFound('certificate', id);
  const item = await app.db.organization(organizationId, (tx) => findItem(tx, organizationId, id));
  if (!item?.packKey) throw notFound('certificate', id);
  return { organizationId, item };
}

/** The whole PDF; its hash is compared with the one stored when it was made. */
export async function readDocument(app: App, item: ItemRow): Promise<Buffer> {
  const [prefix, tail] = await Promise.all([
    app.blobs.get(prefixKey(item.prefixHash as string)),
    app.blobs.get(item.packKey as string, { offset: item.tailOffset as number, length: item.tailLength as number }),
  ]).catch(orDamaged(item));
  const pdf = Buffer.concat([prefix, tail]);
  const hash = createHash('sha256').update(pdf).digest();
  if (!item.documentSha256?.equals(hash))
    throw new ChanceryError('internal', 'a stored document is damaged', { details: { id: item.id } });
  return pdf;
}

/** The signed credential's JSON text. */
export async function readCredential(app: App, item: ItemRow): Promise<string> {
  const range = { offset: item.credentialOffset as number, length: item.credentialLength as number };
  const bytes = await app.blobs.get(item.packKey as string, range).catch(orDamaged(item));
  return bytes.toString('utf8');
}

/** The item is there, so bytes of it that are gone are our fault: the caller must not hear that there is no such certificate. */
function orDamaged({ id }: ItemRow): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof ChanceryError) || error.code !== 'not_found') throw error;
    throw new ChanceryError('internal', 'a stored document is missing', { details: { id }, cause: error });
  };
}

/** PNG, made on demand and kept. `width` in pixels. */
export async function readPreview(app: App, item: ItemRow, width: number): Promise<Buffer> {
  const key = previewKey(item.id, width);
  const kept = await app.blobs.get(key).catch((error: unknown) => {
    if (error instanceof ChanceryError && error.code === 'not_found') return undefined;
    throw error;
  });
  if (kept) return kept;
  const pdf = await readDocument(app, item);
  // Somebody else's page is drawn where it can do no harm.
  const png = isUploaded(item) ? await drawUploaded(pdf, width) : await app.threads.drawDocument(pdf, width);
  await app.blobs.put(key, png);
  return png;
}
