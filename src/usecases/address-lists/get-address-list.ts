/** One address list and its addresses, as far as the asker may see it. */

import type { App } from '../../app.ts';
import { type AddressListRow, addressListKey, findAddressList } from '../../db/address-lists.ts';
import type { OrderedPiece } from '../../domain/mail-order.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { notFound } from '../../errors.ts';
import { readJsonLines } from '../../ingest/json-lines.ts';
import { knownNumber, mailScope } from '../mailings/mail-scope.ts';

/** Throws `not_found` for an unknown number, for another's, and for one that was deleted alike. */
export async function getAddressList(app: App, actor: Actor, number: number): Promise<AddressListRow> {
  requirePermission(actor, 'mailings:view');
  knownNumber('address list', number);
  const list = await app.db.organization(actor.organizationId, (tx) => findAddressList(tx, mailScope(actor), number));
  if (!list) throw notFound('address list', String(number));
  return list;
}

/** In the order of the hand-in. */
export async function* readAddresses(app: App, { id }: Pick<AddressListRow, 'id'>): AsyncGenerator<OrderedPiece> {
  yield* readJsonLines<OrderedPiece>(await app.blobs.stream(addressListKey(id)));
}
