/** Address lists that were handed in to be used by jobs: known before their addresses are stored, so that none are ever forgotten. */

import type { AddressKind } from '../domain/postal-address.ts';
import { storableJson } from '../domain/storable-json.ts';
import type { MailScope } from './mailings.ts';
import type { Tx } from './open.ts';

export type AddressCounts = Partial<Record<AddressKind, number>>;

export interface AddressListRow {
  /** Its addresses are the blob `addressListKey(id)`. */
  id: string;
  number: number;
  organizationId: string;
  test: boolean;
  name: string;
  /** Words of the door it came by. */
  terms: Record<string, string>;
  counts: AddressCounts;
  total: number;
  createdAt: Date;
  usedAt: Date | null;
}

const columns = `id, number, organization_id as "organizationId", test, name, terms, counts, total, created_at as "createdAt",
  used_at as "usedAt"`;

/** One line of JSON for each address, `OrderedPiece`. */
export const addressListKey = (id: string): string => `address-lists/${id}.ndjson`;

const scopeValues = ({ organizationId, accountId, test }: MailScope) => [organizationId, accountId, test];
const inScope = `organization_id = $1 and ($2::uuid is null or account_id = $2) and test = $3
  and ready_at is not null and deleted_at is null`;

export async function insertAddressList(tx: Tx, scope: MailScope, id: string): Promise<void> {
  await tx.query(`insert into address_list (organization_id, account_id, test, id, name) values ($1, $2, $3, $4, '')`, [
    ...scopeValues(scope),
    id,
  ]);
}

/** From now on it can be found. */
export async function setAddressListReady(
  tx: Tx,
  organizationId: string,
  id: string,
  list: Pick<AddressListRow, 'name' | 'terms' | 'counts' | 'total'>,
): Promise<AddressListRow> {
  const { rows } = await tx.query<AddressListRow>(
    `update address_list set name = $3, terms = $4, counts = $5, total = $6, ready_at = clock_timestamp(), updated_at = clock_timestamp()
     where organization_id = $1 and id = $2 returning ${columns}`,
    [organizationId, id, list.name, storableJson(list.terms), JSON.stringify(list.counts), list.total],
  );
  return rows[0] as AddressListRow;
}

export async function findAddressList(tx: Tx, scope: MailScope, number: number): Promise<AddressListRow | undefined> {
  const { rows } = await tx.query<AddressListRow>(
    `select ${columns} from address_list where ${inScope} and number = $4`,
    [...scopeValues(scope), number],
  );
  return rows[0];
}

/** Puts off its deletion. False when it is gone. */
export async function useAddressList(tx: Tx, organizationId: string, id: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update address_list set used_at = clock_timestamp(), updated_at = clock_timestamp()
     where organization_id = $1 and id = $2 and deleted_at is null`,
    [organizationId, id],
  );
  return rowCount === 1;
}

/** Its number stays taken, its name and counts stay; the addresses are the caller's to delete. False when it was gone already. */
export async function setAddressListDeleted(tx: Tx, organizationId: string, id: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update address_list set deleted_at = clock_timestamp(), updated_at = clock_timestamp()
     where organization_id = $1 and id = $2 and deleted_at is null`,
    [organizationId, id],
  );
  return rowCount === 1;
}

/** As owner, over all organizations: lists that no job was made with for so many days, and those that were never stored to their end. */
export async function listUnusedAddressLists(
  tx: Tx,
  { days, limit }: { days: number; limit: number },
): Promise<Pick<AddressListRow, 'id' | 'organizationId'>[]> {
  const { rows } = await tx.query<Pick<AddressListRow, 'id' | 'organizationId'>>(
    `select id, organization_id as "organizationId" from address_list
     where deleted_at is null and (coalesce(used_at, created_at) < clock_timestamp() - make_interval(days => $1)
       or ready_at is null and created_at < clock_timestamp() - interval '1 day')
     order by created_at limit $2`,
    [days, limit],
  );
  return rows;
}
