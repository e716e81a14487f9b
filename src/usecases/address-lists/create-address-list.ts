/** Stores a list of addresses, each looked at once: what kind it is decides what mailing to it costs. */

import { randomUUID } from 'node:crypto';
import type { App } from '../../app.ts';
import {
  type AddressCounts,
  type AddressListRow,
  addressListKey,
  insertAddressList,
  setAddressListReady,
} from '../../db/address-lists.ts';
import type { OrderedPiece } from '../../domain/mail-order.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { ChanceryError, invalidInput } from '../../errors.ts';
import { fault } from '../../fault.ts';
import { readMailAddress } from '../../pipeline/read-mail-address.ts';
import { mailScope } from '../mailings/mail-scope.ts';
import { forgetAddressList } from './delete-address-list.ts';

export interface AddressListFacts {
  name: string;
  /** Words of the door, shown again as they came. */
  terms: Record<string, string>;
}

/**
 * Durable when it returns. `facts` is asked after the last address. Throws `invalid_input` for none or more than MAX_ROWS addresses, and what
 * `addresses` throws; nothing is stored then.
 */
export async function createAddressList(
  app: App,
  actor: Actor,
  addresses: AsyncIterable<OrderedPiece>,
  facts: () => AddressListFacts,
): Promise<AddressListRow> {
  requirePermission(actor, 'mailings:create');
  const { organizationId } = actor;
  const id = randomUUID();
  await app.db.organization(organizationId, (tx) => insertAddressList(tx, mailScope(actor), id));
  await fault('address-list-after-row');
  try {
    const counts: AddressCounts = {};
    await app.blobs.put(addressListKey(id), linesOf(app, addresses, counts));
    await fault('address-list-after-blob');
    const total = Object.values(counts).reduce((sum, one) => sum + one, 0);
    const whole = { ...facts(), counts, total };
    return await app.db.organization(organizationId, (tx) => setAddressListReady(tx, organizationId, id, whole));
  } catch (error) {
    const unknown = error instanceof ChanceryError && error.details.commit === 'unknown';
    if (!unknown) await forgetAddressList(app, organizationId, id);
    throw error;
  }
}

const flushAt = 64 * 1024;

/** One line of JSON each; counts them by kind on the way. */
async function* linesOf(
  app: App,
  addresses: AsyncIterable<OrderedPiece>,
  counts: AddressCounts,
): AsyncGenerator<Uint8Array> {
  const max = app.config.MAX_ROWS;
  let text = '';
  let total = 0;
  for await (const piece of addresses) {
    if (++total > max)
      throw invalidInput('too many addresses', [{ path: 'addresses', code: 'too_many_rows', params: { max } }]);
    const { kind } = readMailAddress(piece.address, { capitals: app.config.MAIL_ADDRESS_CAPITALS });
    counts[kind] = (counts[kind] ?? 0) + 1;
    text += `${JSON.stringify(piece)}\n`;
    if (text.length < flushAt) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (total === 0) throw invalidInput('the list has no addresses');
  if (text) yield Buffer.from(text);
}
