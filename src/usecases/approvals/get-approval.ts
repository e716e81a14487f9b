/** One approval as its signatory needs to see it: the batch, who else signs, how many certificates, and the hash of what is shown. */

import type { App } from '../../app.ts';
import { findApproval, type NamedApproval, readApprovals } from '../../db/approvals.ts';
import { type BatchWithProgress, findBatch } from '../../db/batches.ts';
import { listAcceptedChunks } from '../../db/chunks.ts';
import { readContentHash } from '../../db/content-hash.ts';
import { countRejectedItems } from '../../db/items.ts';
import type { Tx } from '../../db/open.ts';
import { readOrganization } from '../../db/organizations.ts';
import { readTemplateVersion } from '../../db/templates.ts';
import type { ApprovalOrder } from '../../domain/approval.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import type { Template } from '../../domain/template.ts';
import { isUuid } from '../../domain/uuid.ts';
import { notFound } from '../../errors.ts';

export interface ViewedApproval {
  approval: NamedApproval;
  batch: BatchWithProgress;
  organizationName: string;
  template: Template;
  order: ApprovalOrder;
  /** Everyone who signs, by place, with what counts of them. */
  signatories: NamedApproval[];
  counts: {
    /** Rows handed in. */
    total: number;
    /** Certificates that will be issued when all approve. */
    accepted: number;
    /** Rows that cannot be issued, whatever the reason but rejection. */
    failed: number;
    rejected: number;
  };
  /** Hex; a decision names it, so that nobody approves what they were not shown. */
  hash: string;
}

/** Throws `not_found` for an unknown, malformed or foreign id alike, and for one of the other mode. */
export async function viewApproval(app: App, actor: Actor, approvalId: string): Promise<ViewedApproval> {
  requirePermission(actor, 'approvals:list');
  const { organizationId } = actor;
  const viewed = isUuid(approvalId)
    ? await app.db.organization(organizationId, (tx) => readView(tx, organizationId, approvalId))
    : undefined;
  if (viewed?.approval.test !== actor.test) throw notFound('approval', approvalId);
  return viewed;
}

async function readView(tx: Tx, organizationId: string, id: string): Promise<ViewedApproval | undefined> {
  const approval = await findApproval(tx, organizationId, id);
  const batch = approval && (await findBatch(tx, organizationId, approval.batchId));
  if (!batch) return undefined;
  const version = await readTemplateVersion(tx, organizationId, batch.templateVersionId);
  const template = version?.content as Template;
  const chunks = await listAcceptedChunks(tx, organizationId, batch.id);
  const rejected = await countRejectedItems(tx, organizationId, batch.id);
  return {
    approval,
    batch,
    organizationName: (await readOrganization(tx, organizationId)).name,
    template,
    // Versions from before there was a choice do not say.
    order: template.approvalOrder ?? 'any',
    signatories: await readApprovals(tx, organizationId, batch.id),
    counts: {
      total: batch.total,
      accepted: chunks.reduce((sum, chunk) => sum + chunk.accepted, 0),
      failed: batch.failed - rejected,
      rejected,
    },
    hash: (await readContentHash(tx, organizationId, batch.id)).toString('hex'),
  };
}
