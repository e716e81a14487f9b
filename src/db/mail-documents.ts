/** Documents that were handed in to be printed: known before their bytes are stored, so that no bytes are ever forgotten. */

import type { Status } from '../domain/lifecycle.ts';
import { storableJson } from '../domain/storable-json.ts';
import type { MailScope } from './mailings.ts';
import type { Tx } from './open.ts';
import { mayBecome } from './transition.ts';

/** [first page from 1, width, height] in points as seen, one for each run of equal pages. */
export type PageSizes = [first: number, width: number, height: number][];

export interface MailDocumentRow {
  /** Its bytes are the blob `mailDocumentKey(id)`. */
  id: string;
  number: number;
  organizationId: string;
  accountId: string | null;
  test: boolean;
  name: string;
  /** Words of the door it came by. */
  terms: Record<string, string>;
  size: number;
  /** Null while its bytes are being stored. */
  sha256: Buffer | null;
  status: Status<'mail_document'>;
  pages: number | null;
  pageSizes: PageSizes | null;
  /** Why it was refused. */
  reason: string | null;
  createdAt: Date;
  deletedAt: Date | null;
}

const columns = `id, number, organization_id as "organizationId", account_id as "accountId", test, name, terms, size, sha256, status, pages,
  page_sizes as "pageSizes", reason, created_at as "createdAt", deleted_at as "deletedAt"`;

export const mailDocumentKey = (id: string): string => `mail-documents/${id}.pdf`;

/** Its bytes come next. */
export async function insertMailDocument(
  tx: Tx,
  scope: MailScope,
  document: Pick<MailDocumentRow, 'id' | 'name' | 'terms' | 'size'>,
): Promise<void> {
  await tx.query(
    `insert into mail_document (id, organization_id, account_id, test, name, terms, size) values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      document.id,
      scope.organizationId,
      scope.accountId,
      scope.test,
      document.name,
      storableJson(document.terms),
      document.size,
    ],
  );
}

/** Its bytes are stored. */
export async function setDocumentHash(tx: Tx, organizationId: string, id: string, sha256: Buffer): Promise<void> {
  await tx.query('update mail_document set sha256 = $3 where organization_id = $1 and id = $2', [
    organizationId,
    id,
    sha256,
  ]);
}

export async function findMailDocument(
  tx: Tx,
  scope: MailScope,
  key: { number: number } | { id: string },
): Promise<MailDocumentRow | undefined> {
  const [column, value] = 'number' in key ? ['number', key.number] : ['id', key.id];
  const { rows } = await tx.query<MailDocumentRow>(
    `select ${columns} from mail_document where organization_id = $1 and ($2::uuid is null or account_id = $2) and test = $3
       and ${column} = $4 and sha256 is not null`,
    [scope.organizationId, scope.accountId, scope.test, value],
  );
  return rows[0];
}

/** For the stages. */
export async function readMailDocument(
  tx: Tx,
  organizationId: string,
  id: string,
): Promise<MailDocumentRow | undefined> {
  const { rows } = await tx.query<MailDocumentRow>(
    `select ${columns} from mail_document where organization_id = $1 and id = $2`,
    [organizationId, id],
  );
  return rows[0];
}

export type DocumentVerdict = { pages: number; pageSizes: PageSizes } | { reason: string };

/** False when it was judged or deleted before. */
export async function settleDocument(
  tx: Tx,
  organizationId: string,
  id: string,
  verdict: DocumentVerdict,
): Promise<boolean> {
  const isReadable = 'pages' in verdict;
  const { rowCount } = await tx.query(
    `update mail_document set status = $3, pages = $4, page_sizes = $5, reason = $6, updated_at = clock_timestamp()
     where organization_id = $1 and id = $2 and ${mayBecome('mail_document', 'readable')}`,
    [
      organizationId,
      id,
      isReadable ? 'readable' : 'refused',
      isReadable ? verdict.pages : null,
      isReadable ? JSON.stringify(verdict.pageSizes) : null,
      isReadable ? null : verdict.reason,
    ],
  );
  return rowCount === 1;
}

/** Its bytes are gone. */
export async function deleteMailDocument(tx: Tx, organizationId: string, id: string): Promise<void> {
  await tx.query(
    `update mail_document set status = 'deleted', deleted_at = clock_timestamp(), updated_at = clock_timestamp()
     where organization_id = $1 and id = $2 and ${mayBecome('mail_document', 'deleted')}`,
    [organizationId, id],
  );
}

/** Whether it can still be printed; nobody throws it away before the transaction ends. */
export async function holdDocument(tx: Tx, organizationId: string, id: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `select from mail_document where organization_id = $1 and id = $2 and status = 'readable' for share`,
    [organizationId, id],
  );
  return rowCount === 1;
}
