/** Status lists: positions are given out in order and never twice; the bits are the revoked items. */

import type { Tx } from './open.ts';

export interface StatusListRow {
  id: string;
  secret: Buffer;
  version: number;
  /** Of specimens. */
  test: boolean;
}

/** Positions [firstPosition, firstPosition + count) of one list. */
export interface StatusListRange {
  id: string;
  /** Base64. */
  secret: string;
  firstPosition: number;
  count: number;
}

/** Gives out `count` positions, opening new lists as the current one fills up. Locks the organization's newest list until commit. `test`: of the lists of specimens. */
export async function allocateStatusPositions(
  tx: Tx,
  organizationId: string,
  test: boolean,
  count: number,
  capacity: number,
  newList: () => { id: string; secret: Uint8Array },
): Promise<StatusListRange[]> {
  const ranges: StatusListRange[] = [];
  let missing = count;
  const { rows } = await tx.query<{ id: string; secret: Buffer; next: number; capacity: number }>(
    `select id, secret, next_position as next, capacity from status_list where organization_id = $1 and test = $2 order by created_at desc, id limit 1 for update`,
    [organizationId, test],
  );
  let list = rows[0];
  while (missing > 0) {
    if (!list || list.next >= list.capacity) {
      const fresh = newList();
      await tx.query(
        'insert into status_list (id, organization_id, secret, capacity, test) values ($1, $2, $3, $4, $5)',
        [fresh.id, organizationId, fresh.secret, capacity, test],
      );
      list = { id: fresh.id, secret: Buffer.from(fresh.secret), next: 0, capacity };
    }
    const taken = Math.min(missing, list.capacity - list.next);
    await tx.query('update status_list set next_position = next_position + $1 where organization_id = $2 and id = $3', [
      taken,
      organizationId,
      list.id,
    ]);
    ranges.push({ id: list.id, secret: list.secret.toString('base64'), firstPosition: list.next, count: taken });
    list.next += taken;
    missing -= taken;
  }
  return ranges;
}

export async function readStatusList(tx: Tx, organizationId: string, id: string): Promise<StatusListRow | undefined> {
  const { rows } = await tx.query<StatusListRow>(
    'select id, secret, version, test from status_list where organization_id = $1 and id = $2',
    [organizationId, id],
  );
  return rows[0];
}

/** Indices of the revoked items, ascending. */
export async function readRevokedIndices(tx: Tx, organizationId: string, listId: string): Promise<number[]> {
  const { rows } = await tx.query<{ index: number }>(
    `select status_index as index from item where organization_id = $1 and status_list_id = $2 and revoked_at is not null order by status_index`,
    [organizationId, listId],
  );
  return rows.map((row) => row.index);
}

export async function bumpStatusList(tx: Tx, organizationId: string, id: string): Promise<void> {
  await tx.query('update status_list set version = version + 1 where organization_id = $1 and id = $2', [
    organizationId,
    id,
  ]);
}
