/** The certificates of a batch that waits for approval, page by page in row order, and one by one with its neighbours. */

import type { App } from '../../app.ts';
import { type ItemCard, listItemCards } from '../../db/item-cards.ts';
import { findItem, type ItemRow } from '../../db/items.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { isUuid } from '../../domain/uuid.ts';
import { notFound } from '../../errors.ts';

export const certificatesPerPage = 24;

/** `page` from 1; faulty and rejected rows are among them, since places are counted, not certificates. */
export function listCertificates(app: App, actor: Actor, batchId: string, page: number): Promise<ItemCard[]> {
  requirePermission(actor, 'certificates:list');
  const { organizationId } = actor;
  const from = (page - 1) * certificatesPerPage;
  return app.db.organization(organizationId, (tx) =>
    listItemCards(tx, organizationId, batchId, from, from + certificatesPerPage),
  );
}

export interface ViewedCertificate {
  item: ItemRow;
  card: ItemCard;
  previous?: ItemCard;
  next?: ItemCard;
}

/** Throws `not_found` for an id that is not of this batch. */
export async function viewCertificate(
  app: App,
  actor: Actor,
  batchId: string,
  itemId: string,
): Promise<ViewedCertificate> {
  requirePermission(actor, 'certificates:view');
  const { organizationId } = actor;
  if (!isUuid(itemId)) throw notFound('certificate', itemId);
  return app.db.organization(organizationId, async (tx) => {
    const item = await findItem(tx, organizationId, itemId);
    if (item?.batchId !== batchId) throw notFound('certificate', itemId);
    const cards = await listItemCards(tx, organizationId, batchId, item.seq - 1, item.seq + 2);
    const at = (seq: number) => cards.find((card) => card.seq === seq);
    return { item, card: at(item.seq) as ItemCard, previous: at(item.seq - 1), next: at(item.seq + 1) };
  });
}
