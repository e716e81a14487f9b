/** Somebody else signs at a place: the name and signature on every certificate change, so whoever has approved before is asked again. */

import type { App } from '../../app.ts';
import { supersedeLinks } from '../../db/approval-links.ts';
import { renewApprovals } from '../../db/approval-turns.ts';
import { type ApprovalRow, findApproval, insertApprovals, moveApprovals, readApprovals } from '../../db/approvals.ts';
import { type BatchSignatory, type BatchWithProgress, findBatch, replaceSignatory } from '../../db/batches.ts';
import { readContentHash } from '../../db/content-hash.ts';
import { findMember, type MemberRow } from '../../db/members.ts';
import { readOrganization } from '../../db/organizations.ts';
import { readBatchTemplate } from '../../db/templates.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import type { Template } from '../../domain/template.ts';
import { isUuid } from '../../domain/uuid.ts';
import { ChanceryError, invalidInput, notFound } from '../../errors.ts';
import { proveSignatories } from '../batches/prove-signatories.ts';
import { enqueueNotices, withWaitingBatch } from './decide.ts';

/**
 * `member` is a UUID or a number. Gives the id of the new approval. Throws `invalid_input` at `member` for somebody who cannot sign
 * or whose name does not fit the place, `conflict` for an approval that has been decided.
 */
export async function reassignApproval(app: App, actor: Actor, approvalId: string, member: string): Promise<string> {
  requirePermission(actor, 'batches:create');
  const { signatory, proof } = await chosen(app, actor, approvalId, member);
  await proveSignatories(app, proof.template, proof.organizationName, proof.signatories);
  return withWaitingBatch(app, actor, 'batches:create', approvalId, async ({ tx, approval, turns }) => {
    const { organizationId, batchId } = turns;
    if (approval.status !== 'pending' && approval.status !== 'waiting')
      throw new ChanceryError('conflict', 'this has been decided or is void', { details: { status: approval.status } });
    const others = await readApprovals(tx, organizationId, batchId);
    if (others.some(({ memberId }) => memberId === signatory.memberId))
      throw refused('the same person cannot sign twice');
    await replaceSignatory(tx, organizationId, batchId, signatory);
    const { slot, memberId: from } = approval;
    const change = { cause: 'reassigned', from, to: signatory.memberId };
    await moveApprovals(tx, organizationId, [approval], 'void', actor.label, change);
    await supersedeLinks(tx, organizationId, [approval]);
    await insertApprovals(tx, organizationId, batchId, await readContentHash(tx, organizationId, batchId));
    await enqueueNotices(app, tx, organizationId, await renewApprovals(tx, turns));
    const fresh = (await readApprovals(tx, organizationId, batchId)).find((one) => one.slot === slot);
    return (fresh as ApprovalRow).id;
  });
}

const refused = (reason: string) =>
  invalidInput('this member cannot sign here', [{ path: 'member', code: 'invalid', params: { reason } }]);

interface Chosen {
  signatory: BatchSignatory;
  proof: {
    template: { versionId: string; content: Template };
    organizationName: string;
    signatories: BatchSignatory[];
  };
}

/** The new signatory, and everything that will stand on the page with them. */
async function chosen(app: App, { organizationId, test }: Actor, approvalId: string, member: string): Promise<Chosen> {
  if (!isUuid(approvalId)) throw notFound('approval', approvalId);
  return app.db.organization(organizationId, async (tx) => {
    const approval = await findApproval(tx, organizationId, approvalId);
    if (approval?.test !== test) throw notFound('approval', approvalId);
    const batch = (await findBatch(tx, organizationId, approval.batchId)) as BatchWithProgress;
    const isId = isUuid(member) || /^\d{1,9}$/.test(member);
    const signatory = signatoryOf(isId ? await findMember(tx, organizationId, member) : undefined, approval.slot);
    return {
      signatory,
      proof: {
        template: {
          versionId: batch.templateVersionId,
          content: await readBatchTemplate(tx, organizationId, batch.id),
        },
        organizationName: (await readOrganization(tx, organizationId)).name,
        signatories: batch.signatories.map((one) => (one.slot === approval.slot ? signatory : one)),
      },
    };
  });
}

function signatoryOf(member: MemberRow | undefined, slot: number): BatchSignatory {
  if (!member || member.isArchived) throw refused('is not a member who can sign');
  if (!member.hasSignature) throw refused('has no signature on file');
  return {
    slot,
    memberId: member.id,
    name: member.signatoryName ?? `${member.firstName} ${member.lastName}`,
    designation: member.signatoryDesignation ?? '',
    autoApprove: false,
  };
}
