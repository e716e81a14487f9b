/** Mailings: what was handed in to be printed and posted; found by number or id, always within what the asker may see. */

import type { Status } from '../domain/lifecycle.ts';
import type { OrderFacts } from '../domain/mail-order.ts';
import { storableJson } from '../domain/storable-json.ts';
import type { Tx } from './open.ts';

/** What an asker may see: one mode of an organization, and of it one account's own or everything. */
export interface MailScope {
  organizationId: string;
  /** Null: every account's. */
  accountId: string | null;
  test: boolean;
}

export type MailKey = { number: number } | { id: string };

export interface MailingRow {
  id: string;
  /** What it is called on the wire of the post's door. */
  number: number;
  organizationId: string;
  accountId: string | null;
  test: boolean;
  kind: 'batch' | 'job';
  status: Status<'mailing'>;
  documentId: string | null;
  documentName: string | null;
  /** Null until its document is judged. */
  documentPages: number | null;
  orderKey: string | null;
  orderFacts: OrderFacts | null;
  /** A sentence for the whole of it. */
  fault: string | null;
  /** A fault of its own, or a job that failed. */
  hasErrors: boolean;
  /** Jobs and pieces that are stored so far. */
  jobs: number;
  pieces: number;
  createdAt: Date;
  updatedAt: Date;
  submittedAt: Date | null;
  receivedAt: Date | null;
  completedAt: Date | null;
  sweptAt: Date | null;
}

const columns = `mailing.id, mailing.number, mailing.organization_id as "organizationId", mailing.account_id as "accountId", mailing.test, mailing.kind,
  mailing.status, mailing.document_id as "documentId", document.name as "documentName", document.pages as "documentPages",
  mailing.order_key as "orderKey", mailing.order_facts as "orderFacts", mailing.fault,
  mailing.fault is not null or progress.failed > 0 as "hasErrors", progress.jobs, progress.pieces,
  mailing.created_at as "createdAt", mailing.updated_at as "updatedAt", mailing.submitted_at as "submittedAt",
  mailing.received_at as "receivedAt", mailing.completed_at as "completedAt", mailing.swept_at as "sweptAt"`;

const source = `left join mail_document document on document.id = mailing.document_id
  cross join lateral (select count(*)::int as jobs, count(*) filter (where status = 'failed')::int as failed,
    coalesce(sum(total), 0)::int as pieces from mail_job where mail_job.mailing_id = mailing.id) progress`;

/** `$1` to `$3` of `scopeValues`. */
const inScope = 'mailing.organization_id = $1 and ($2::uuid is null or mailing.account_id = $2) and mailing.test = $3';
const scopeValues = ({ organizationId, accountId, test }: MailScope) => [organizationId, accountId, test];

export interface NewMailing {
  id: string;
  kind: MailingRow['kind'];
  documentId?: string;
  orderKey?: string;
  orderFacts?: OrderFacts;
}

export async function insertMailing(tx: Tx, scope: MailScope, mailing: NewMailing): Promise<void> {
  await tx.query(
    `insert into mailing (id, organization_id, account_id, test, kind, document_id, order_key, order_keys, order_facts)
     values ($4, $1, $2, $3, $5, $6, $7, array_remove(array[$7::text], null), $8)`,
    [
      ...scopeValues(scope),
      mailing.id,
      mailing.kind,
      mailing.documentId ?? null,
      mailing.orderKey ?? null,
      mailing.orderFacts ? storableJson(mailing.orderFacts) : null,
    ],
  );
}

export async function findMailing(tx: Tx, scope: MailScope, key: MailKey): Promise<MailingRow | undefined> {
  const [column, value] = 'number' in key ? ['number', key.number] : ['id', key.id];
  const { rows } = await tx.query<MailingRow>(
    `select ${columns} from mailing ${source} where ${inScope} and mailing.${column} = $4`,
    [...scopeValues(scope), value],
  );
  return rows[0];
}

/** Newest first. */
export async function listMailings(
  tx: Tx,
  scope: MailScope,
  filter: { statuses?: readonly Status<'mailing'>[]; limit: number; offset: number },
): Promise<{ mailings: MailingRow[]; total: number }> {
  const where = `${inScope} and ($4::text[] is null or mailing.status = any($4))`;
  const values = [...scopeValues(scope), filter.statuses ?? null];
  const { rows } = await tx.query<MailingRow>(
    `select ${columns} from (select * from mailing where ${where} order by created_at desc, id limit $5 offset $6) mailing ${source}
     order by mailing.created_at desc, mailing.id`,
    [...values, filter.limit, filter.offset],
  );
  const counted = await tx.query<{ total: number }>(
    `select count(*)::int as total from mailing where ${where}`,
    values,
  );
  return { mailings: rows, total: counted.rows[0]?.total ?? 0 };
}

export type LockedMailing = Pick<
  MailingRow,
  'id' | 'number' | 'kind' | 'status' | 'documentId' | 'orderKey' | 'test' | 'updatedAt'
>;

const lockedColumns =
  'id, number, kind, status, document_id as "documentId", order_key as "orderKey", test, updated_at as "updatedAt"';

/** Everything that changes a mailing, its jobs, pieces or print runs waits here for the others. */
export async function lockMailing(tx: Tx, organizationId: string, id: string): Promise<LockedMailing | undefined> {
  const { rows } = await tx.query<LockedMailing>(
    `select ${lockedColumns} from mailing where organization_id = $1 and id = $2 for no key update`,
    [organizationId, id],
  );
  return rows[0];
}

/** As `lockMailing`, by its number and within the scope. */
export async function lockMailingByNumber(
  tx: Tx,
  scope: MailScope,
  number: number,
): Promise<LockedMailing | undefined> {
  const { rows } = await tx.query<LockedMailing>(
    `select ${lockedColumns} from mailing where ${inScope} and number = $4 for no key update`,
    [...scopeValues(scope), number],
  );
  return rows[0];
}

export async function setMailingDocument(
  tx: Tx,
  organizationId: string,
  id: string,
  documentId: string,
): Promise<void> {
  await tx.query(
    'update mailing set document_id = $3, updated_at = clock_timestamp() where organization_id = $1 and id = $2',
    [organizationId, id, documentId],
  );
}

/** Notes the name of an order before a byte of it is stored, so that it is found when everything is deleted. */
export async function beginOrder(tx: Tx, organizationId: string, id: string, key: string): Promise<void> {
  await tx.query(
    'update mailing set order_keys = array_append(order_keys, $3) where organization_id = $1 and id = $2',
    [organizationId, id, key],
  );
}

export async function setMailingOrder(
  tx: Tx,
  organizationId: string,
  id: string,
  order: { key: string; facts: OrderFacts },
): Promise<void> {
  await tx.query(
    `update mailing set order_key = $3, order_facts = $4, updated_at = clock_timestamp() where organization_id = $1 and id = $2`,
    [organizationId, id, order.key, storableJson(order.facts)],
  );
}

/** Gives it its place in line within the account. */
export async function setMailingTurn(tx: Tx, organizationId: string, id: string): Promise<void> {
  await tx.query(
    `update mailing set turn = nextval('mailing_turn_seq'), submitted_at = clock_timestamp() where organization_id = $1 and id = $2`,
    [organizationId, id],
  );
}

export async function setMailingFault(tx: Tx, organizationId: string, id: string, fault: string): Promise<void> {
  await tx.query('update mailing set fault = $3 where organization_id = $1 and id = $2', [organizationId, id, fault]);
}

export async function isTestMailing(tx: Tx, id: string): Promise<boolean> {
  const { rows } = await tx.query('select 1 from mailing where id = $1 and test', [id]);
  return rows.length > 0;
}
