/** What a job costs: expected while it is put together, then what its pieces cost, and nothing once it has failed or was cancelled. */

import type { App } from '../../app.ts';
import { findAddressList } from '../../db/address-lists.ts';
import type { MailJobRow } from '../../db/mail-jobs.ts';
import { countPricedPieces } from '../../db/mail-pieces.ts';
import { type MailCost, mailCost } from '../../domain/mail-cost.ts';
import type { Actor } from '../../domain/permissions.ts';
import { getMailJob } from '../mailings/get-mailing.ts';
import { mailScope } from '../mailings/mail-scope.ts';

export interface MailJobCost {
  job: MailJobRow;
  /** Null where the parts are not known any more: the table of prices is another, or the list is gone. */
  parts: MailCost | null;
}

/** `listNumber` tells the address list the job was made with. Throws `not_found`. */
export async function getMailJobCost(
  app: App,
  actor: Actor,
  number: number,
  listNumber: (job: MailJobRow) => number,
): Promise<MailJobCost> {
  const job = await getMailJob(app, actor, number);
  const { organizationId } = actor;
  if (!job.product) return { job, parts: null };
  const counts = await app.db.organization(organizationId, async (tx) => {
    const priced = await countPricedPieces(tx, organizationId, job.id);
    if (Object.keys(priced).length > 0) return priced;
    const number = listNumber(job);
    // Whatever a batch wrote in that place.
    if (!(number >= 1 && number < 2 ** 31)) return {};
    return (await findAddressList(tx, mailScope(actor), Math.trunc(number)))?.counts ?? {};
  });
  const parts = mailCost(app.mailPrices, job.product, job.lastPage - job.firstPage + 1, counts);
  return { job, parts: parts.total === job.price ? parts : null };
}
