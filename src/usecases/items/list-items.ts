/** A page of items, filtered and sorted; what would read all of them has its turn and its time, so that nobody's search stops the others. */

import type { App } from '../../app.ts';
import { type ItemFilter, type ItemPage, isCheap, listItems as readItems } from '../../db/item-lists.ts';
import { findMember } from '../../db/members.ts';
import type { Tx } from '../../db/open.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { isUuid } from '../../domain/uuid.ts';
import { scanInTurn } from './scan-turns.ts';

export interface WantedItems extends Omit<ItemFilter, 'referenceId' | 'text' | 'test'> {
  /** A whole e-mail address or reference id, else part of name, address or reference id. */
  search?: string;
  /** Items whose recipient is this member. */
  customerNumber?: number;
}

/** Throws `invalid_input` where the search takes too long, `not_ready` where too many are under way. Unknown ids find nothing. */
export async function listItems(app: App, actor: Actor, wanted: WantedItems): Promise<ItemPage> {
  requirePermission(actor, 'certificates:list');
  const { batchId, templateId } = wanted;
  if ([batchId, templateId].some((id) => id !== undefined && !isUuid(id))) return { items: [], total: 0 };
  const { search, customerNumber, ...rest } = wanted;
  // Beside a whole address the search is for a part.
  const found = rest.email === undefined ? filterOf(search) : { text: search };
  const filter: ItemFilter = { ...rest, ...found, test: actor.test };
  const read = (tx: Tx) => readFor(tx, actor.organizationId, filter, customerNumber);
  if (isCheap(filter) || customerNumber !== undefined) return app.db.organization(actor.organizationId, read);
  return scanInTurn(app, actor.organizationId, search === undefined ? 'batch_id' : 'search', read);
}

async function readFor(tx: Tx, organizationId: string, filter: ItemFilter, customerNumber?: number): Promise<ItemPage> {
  if (customerNumber === undefined) return readItems(tx, organizationId, filter);
  const member = await findMember(tx, organizationId, String(customerNumber));
  if (!member) return { items: [], total: 0 };
  // Somebody else's whole address and this one at once: no item has two.
  if (filter.email !== undefined && filter.email.toLowerCase() !== member.email.toLowerCase())
    return { items: [], total: 0 };
  return readItems(tx, organizationId, { ...filter, email: member.email });
}

const wholeAddress = /^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/;
const wholeReference = /^[A-Z0-9-]{2,40}-\d{4}[0-9A-F]{13}$/i;

/** What can be looked up is looked up; only the rest is searched for. */
function filterOf(search: string | undefined): Pick<ItemFilter, 'email' | 'referenceId' | 'text'> {
  if (search === undefined) return {};
  if (wholeAddress.test(search)) return { email: search };
  if (wholeReference.test(search)) return { referenceId: search.toUpperCase() };
  return { text: search };
}
