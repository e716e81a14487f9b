/** Puts a single job together from a stored document and a stored address list: a mailing with one job, that is still to be submitted. */

import { randomUUID } from 'node:crypto';
import type { App } from '../../app.ts';
import { type AddressListRow, useAddressList } from '../../db/address-lists.ts';
import { holdDocument, type MailDocumentRow } from '../../db/mail-documents.ts';
import { findMailJob, insertSingleJob, type MailJobRow } from '../../db/mail-jobs.ts';
import { beginOrder, insertMailing, setMailingOrder } from '../../db/mailings.ts';
import type { Tx } from '../../db/open.ts';
import { mailCost } from '../../domain/mail-cost.ts';
import type { OrderedJob, OrderLine } from '../../domain/mail-order.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import type { PrintProduct } from '../../domain/print-product.ts';
import { ChanceryError, invalidInput, notFound } from '../../errors.ts';
import { fault } from '../../fault.ts';
import { judgeMailJob } from '../../pipeline/judge-mail-job.ts';
import { getAddressList, readAddresses } from '../address-lists/get-address-list.ts';
import { mailScope } from './mail-scope.ts';
import { orderBytes, orderKey } from './put-order.ts';
import { getMailDocument } from './store-document.ts';

export interface NewMailJob {
  documentNumber: number;
  listNumber: number;
  /** Without pages: the whole document. */
  job: Omit<OrderedJob, 'firstPage' | 'lastPage'> & Partial<Pick<OrderedJob, 'firstPage' | 'lastPage'>>;
  /** `YYYY-MM-DD` */
  mailingDate?: string | null;
}

/** Throws `not_found` for an unknown document or list, and `invalid_input` with a sentence for a job that cannot be printed. */
export async function createMailJob(app: App, actor: Actor, wanted: NewMailJob): Promise<MailJobRow> {
  requirePermission(actor, 'mailings:create');
  requireNearDate(wanted.mailingDate);
  const { organizationId } = actor;
  const asker = { ...actor, scopes: ['*'] };
  const document = await getMailDocument(app, asker, wanted.documentNumber);
  const list = await getAddressList(app, asker, wanted.listNumber);
  const scope = mailScope(actor);
  const ordered = { firstPage: 1, lastPage: document.pages ?? 0, ...wanted.job };
  const job = judgedJob(app, actor, ordered, document, list);
  const mailingId = randomUUID();
  const key = orderKey(mailingId);
  await app.db.organization(organizationId, async (tx) => {
    await insertMailing(tx, scope, { id: mailingId, kind: 'job', documentId: document.id });
    await beginOrder(tx, organizationId, mailingId, key);
  });
  await fault('mail-job-after-row');
  await app.blobs.put(key, orderBytes(linesOf(app, ordered, list)));
  await fault('mail-job-after-blob');
  const facts = { jobs: 1, pieces: list.total, filename: document.name, appSignature: '', unknown: [] };
  const settle = async (tx: Tx) => {
    if (!(await holdDocument(tx, organizationId, document.id)))
      throw notFound('mail document', String(document.number));
    if (!(await useAddressList(tx, organizationId, list.id))) throw notFound('address list', String(list.number));
    await setMailingOrder(tx, organizationId, mailingId, { key, facts });
    await insertSingleJob(tx, organizationId, mailingId, { ...job, mailingDate: wanted.mailingDate ?? null });
    await fault('mail-job-before-commit');
    return (await findMailJob(tx, scope, { id: job.id })) as MailJobRow;
  };
  const made = await app.db.organization(organizationId, settle).catch(async (error: unknown) => {
    const unknown = error instanceof ChanceryError && error.details.commit === 'unknown';
    if (!unknown) await app.blobs.delete(key).catch(() => {});
    throw error;
  });
  await fault('mail-job-after-commit');
  return made;
}

/** Days; a run waits in line until then, and what waits in line is kept for a year. */
const mostAhead = 300;

function requireNearDate(date: string | null | undefined): void {
  if (!date || Date.parse(date) <= Date.now() + mostAhead * 86_400_000) return;
  throw invalidInput('the mailing date is too far away', [
    { path: 'mailingDate', code: 'invalid', params: { reason: `it lies more than ${mostAhead} days ahead` } },
  ]);
}

/** With what it is expected to cost. */
function judgedJob(
  { mailPrices }: App,
  { account }: Actor,
  ordered: OrderedJob,
  { pages }: MailDocumentRow,
  { total, counts }: AddressListRow,
) {
  const job = judgeMailJob(ordered, 0, pages ?? 0, account?.returnAddress ?? null);
  if (job.fault !== null)
    throw invalidInput(job.fault, [{ path: 'job', code: 'invalid', params: { reason: job.fault } }]);
  const range = ordered.lastPage - ordered.firstPage + 1;
  const { total: price } = mailCost(mailPrices, job.product as PrintProduct, range, counts);
  return { ...job, total, mailable: total - (counts.non_mailable ?? 0), price };
}

async function* linesOf(app: App, job: OrderedJob, list: AddressListRow): AsyncGenerator<OrderLine> {
  yield { job };
  for await (const piece of readAddresses(app, list)) yield { piece };
}
