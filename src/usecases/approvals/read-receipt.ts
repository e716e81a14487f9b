/** What a link says that decides nothing any more: the receipt of the decision made by it, or why it is closed. */

import type { App } from '../../app.ts';
import { viewApproval } from './get-approval.ts';
import { actorOf, closedBy, findLink } from './open-link.ts';

export interface Receipt {
  status: 'approved' | 'rejected';
  decidedAt: Date;
  /** Of a rejection. */
  reason: string | null;
  batchName: string;
  organizationName: string;
  signatoryName: string;
  certificates: number;
  /** What has become of the batch since. */
  outcome: 'waiting' | 'released' | 'ended';
}

export type ClosedLinkState =
  /** `ended`: the batch waits for nobody. */
  { kind: 'unknown' | 'expired' | 'superseded' | 'archived' | 'ended' } | { kind: 'decided'; receipt: Receipt };

/** `language` is the template's where there is one. An open link of a batch that waits no more counts as closed too. */
export async function readReceipt(app: App, token: string): Promise<ClosedLinkState & { language?: string }> {
  const found = await findLink(app, token);
  if (!found) return { kind: 'unknown' };
  const { organizationId, link } = found;
  const viewed = await viewApproval(app, actorOf(organizationId, link), link.approvalId);
  const { approval, batch, template, organizationName } = viewed;
  const { language } = template;
  const { status, decidedAt } = approval;
  if ((status === 'approved' || status === 'rejected') && decidedAt !== null) {
    const certificates = status === 'approved' ? batch.total - batch.failed : batch.total;
    const waits = batch.status === 'waiting_for_approval';
    const outcome = batch.approvedAt === null ? (waits ? 'waiting' : 'ended') : 'released';
    const { reason, name: signatoryName } = approval;
    const facts = { batchName: batch.name, organizationName, signatoryName, certificates, outcome } as const;
    return { kind: 'decided', language, receipt: { status, decidedAt, reason, ...facts } };
  }
  if (batch.status !== 'waiting_for_approval') return { kind: 'ended', language };
  const closed = closedBy(link);
  return { kind: closed === 'expired' || closed === 'archived' ? closed : 'superseded', language };
}
