/** The few facts of an item that pages of certificates show, by its place in the batch. */

import type { Status } from '../domain/lifecycle.ts';
import type { Tx } from './open.ts';

export interface ItemCard {
  /** Place in the batch, from 0. */
  seq: number;
  id: string;
  /** Row number as in the spreadsheet. */
  row: number;
  /** May be empty where the row is faulty. */
  name: string;
  status: Status<'item'>;
  /** Why a signatory took it out. */
  rejection: string | null;
}

const columns = `seq, id, row_number as row, name, status,
  jsonb_path_query_first(issues, '$[*] ? (@.code == "rejected").params.reason') #>> '{}' as rejection`;

/** The ones at these places that can be issued, in row order. */
export async function readItemCards(
  tx: Tx,
  organizationId: string,
  batchId: string,
  seqs: readonly number[],
): Promise<ItemCard[]> {
  const { rows } = await tx.query<ItemCard>(
    `select ${columns} from item where organization_id = $1 and batch_id = $2 and seq = any($3::int[]) and status = 'accepted' order by seq`,
    [organizationId, batchId, seqs],
  );
  return rows;
}

/** All from one place up to, not including, another; found by the primary key however large the batch is. */
export async function listItemCards(
  tx: Tx,
  organizationId: string,
  batchId: string,
  from: number,
  to: number,
): Promise<ItemCard[]> {
  const { rows } = await tx.query<ItemCard>(
    `select ${columns} from item where organization_id = $1 and batch_id = $2 and seq >= $3 and seq < $4 order by seq`,
    [organizationId, batchId, from, to],
  );
  return rows;
}
