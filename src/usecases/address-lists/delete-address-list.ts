/** Throws address lists away: asked to, when they have not been used for long, and when they were never stored to their end. */

import type { App } from '../../app.ts';
import { addressListKey, listUnusedAddressLists, setAddressListDeleted } from '../../db/address-lists.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { getAddressList } from './get-address-list.ts';

/** Jobs that were made with it keep their recipients. Throws `not_found`. */
export async function deleteAddressList(app: App, actor: Actor, number: number): Promise<void> {
  requirePermission(actor, 'mailings:create');
  const { id } = await getAddressList(app, { ...actor, scopes: ['*'] }, number);
  await dropAddressList(app, actor.organizationId, id);
}

/** As `deleteAddressList` for what nobody knows yet; what cannot be done now is left to the sweeper. */
export async function forgetAddressList(app: App, organizationId: string, id: string): Promise<void> {
  await dropAddressList(app, organizationId, id).catch((error: Error) =>
    app.log.warn({ organizationId, id, error: error.message }, 'an address list is left to the sweeper'),
  );
}

const atOnce = 100;

/** Of all organizations: those that no job was made with for `days`. Gives how many there were. */
export async function sweepAddressLists(app: App, days: number): Promise<number> {
  for (let swept = 0; ; ) {
    const unused = await app.db.owner((tx) => listUnusedAddressLists(tx, { days, limit: atOnce }));
    for (const { id, organizationId } of unused) await dropAddressList(app, organizationId, id);
    swept += unused.length;
    if (unused.length < atOnce) return swept;
  }
}

/** The addresses first: a row that says they are gone must not be wrong. */
async function dropAddressList(app: App, organizationId: string, id: string): Promise<void> {
  await app.blobs.delete(addressListKey(id));
  await app.db.organization(organizationId, (tx) => setAddressListDeleted(tx, organizationId, id));
}
