/** Pictures of certificates that wait for approval, drawn as they will be made. Kept for a short time in memory only: what is not issued leaves nothing behind. */

import { hash } from 'node:crypto';
import type { App } from '../../app.ts';
import { findBatch } from '../../db/batches.ts';
import { type AcceptedItem, findItem, type ItemRow } from '../../db/items.ts';
import type { Actor } from '../../domain/permissions.ts';
import { isUuid } from '../../domain/uuid.ts';
import { notFound } from '../../errors.ts';
import { loadBatchSpec } from '../../pipeline/batch-spec.ts';
import { openPictureDesk, type PictureDesk } from './picture-desk.ts';

/** Pixels across, by what the picture is for. */
const widths = { thumbnail: 640, preview: 1_400 } as const;
export type PreviewSize = keyof typeof widths;

const desks = new WeakMap<App['threads'], PictureDesk>();

/** PNG. Throws `not_found` for an item that is not of this batch or whose row is faulty, `not_ready` while too many pictures wait to be drawn. */
export async function previewItem(
  app: App,
  { organizationId }: Actor,
  batchId: string,
  itemId: string,
  size: PreviewSize,
): Promise<Buffer> {
  if (!isUuid(itemId)) throw notFound('certificate', itemId);
  const { item, batch } = await app.db.organization(organizationId, async (tx) => ({
    item: await findItem(tx, organizationId, itemId),
    batch: await findBatch(tx, organizationId, batchId),
  }));
  if (!batch || item?.batchId !== batchId || !isDrawable(item)) throw notFound('certificate', itemId);
  const loaded = await loadBatchSpec(app, { organizationId, batchId, revision: batch.revision });
  const facts = factsOf(item);
  const desk = desks.get(app.threads) ?? openPictureDesk();
  desks.set(app.threads, desk);
  const key = `${loaded.key} ${hash('sha256', JSON.stringify(facts))} ${size}`;
  return desk.draw(key, () => app.threads.drawItem(loaded, facts, widths[size]));
}

/** A faulty row has no values to draw; a rejected one has. */
function isDrawable({ status, issues }: ItemRow): boolean {
  return status !== 'failed' || issues?.some(({ code }) => code === 'rejected') === true;
}

function factsOf(item: ItemRow): AcceptedItem {
  const { seq, id, name, email, fields } = item;
  const dates = { issue: item.issueDate, expiry: item.expiryDate };
  const place = { list: item.statusListId, index: item.statusIndex };
  return { seq, id, reference: item.referenceId, name, email, ...dates, fields, ...place };
}
