/** Approvals over our own API: what a signatory does by the mailed link, done with a key of theirs; and what the office does about signatories. */

import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { App } from '../app.ts';
import type { NamedApproval } from '../db/approvals.ts';
import { lifecycle, type Status } from '../domain/lifecycle.ts';
import { invalidInput } from '../errors.ts';
import { approveBatch } from '../usecases/approvals/approve.ts';
import { type ViewedApproval, viewApproval } from '../usecases/approvals/get-approval.ts';
import { type ApprovalPage, listApprovals } from '../usecases/approvals/list-approvals.ts';
import { reassignApproval } from '../usecases/approvals/reassign.ts';
import { rejectBatch } from '../usecases/approvals/reject-batch.ts';
import { rejectItems } from '../usecases/approvals/reject-items.ts';
import { resendApproval } from '../usecases/approvals/resend.ts';
import { listItems } from '../usecases/items/list-items.ts';
import { readBody } from './read-body.ts';
import { batchWire, itemWire, readRange } from './wire.ts';

interface WithId {
  Params: { id: string };
}

const hash = z.string().regex(/^[0-9a-fA-F]{64}$/);
const reason = z.string().max(2_000);
const id = z.string().max(100);
const approval = z.strictObject({ hash });
const rejection = z.strictObject({ hash, reason });
const rejections = z.union([
  z.strictObject({ items: z.array(z.strictObject({ id, reason })).max(10_000) }),
  z.strictObject({ ids: z.array(id).max(10_000), reason }),
]);
const reassignment = z.strictObject({ member: z.union([z.string().max(100), z.int().min(1)]) });

export function registerApprovals(server: FastifyInstance, app: App): void {
  server.get('/approvals', async (request) => {
    const { member, batch_id: batchId, status } = request.query as Record<string, string | undefined>;
    const query = { member, batchId, statuses: readStatus(status), ...readRange(request.query) };
    const { approvals, total } = await listApprovals(app, request.actor, query);
    return { approvals: approvals.map(listedWire), total };
  });

  server.get<WithId>('/approvals/:id', async (request) =>
    viewWire(await viewApproval(app, request.actor, request.params.id)),
  );

  server.get<WithId>('/approvals/:id/items', async (request) => {
    const { batch } = await viewApproval(app, request.actor, request.params.id);
    const page = { batchId: batch.id, ...readRange(request.query) };
    const { items, total } = await listItems(app, request.actor, page);
    return { items: items.map((item) => itemWire(item, app.publicUrl)), total };
  });

  server.post<WithId>('/approvals/:id/approve', async (request) => {
    const body = readBody(approval, request.body);
    const { released } = await approveBatch(app, request.actor, request.params.id, body.hash);
    return { ...(await viewed(request.actor, request.params.id)), released };
  });

  server.post<WithId>('/approvals/:id/reject', async (request) => {
    const body = readBody(rejection, request.body);
    await rejectBatch(app, request.actor, request.params.id, body.reason, body.hash);
    return viewed(request.actor, request.params.id);
  });

  server.post<WithId>('/approvals/:id/reject-items', async (request) => {
    const body = readBody(rejections, request.body);
    const list = 'items' in body ? body.items : body.ids.map((one) => ({ id: one, reason: body.reason }));
    const named = list.map((one) => ({ itemId: one.id, reason: one.reason }));
    return rejectItems(app, request.actor, request.params.id, named);
  });

  server.post<WithId>('/approvals/:id/reassign', async (request, reply) => {
    const body = readBody(reassignment, request.body);
    const fresh = await reassignApproval(app, request.actor, request.params.id, String(body.member));
    return reply.code(201).send(await viewed(request.actor, fresh));
  });

  server.post<WithId>('/approvals/:id/resend', async (request, reply) => {
    await resendApproval(app, request.actor, request.params.id);
    return reply.code(202).send(await viewed(request.actor, request.params.id));
  });

  /** What was just decided is shown to whoever decided it, whatever else they may see. */
  const viewed = async (actor: Parameters<typeof viewApproval>[1], approvalId: string) =>
    viewWire(await viewApproval(app, { ...actor, scopes: ['*'] }, approvalId));
}

function readStatus(text: string | undefined): Status<'approval'>[] | undefined {
  if (text === undefined || text === '') return undefined;
  const choices = Object.keys(lifecycle.approval) as Status<'approval'>[];
  const status = choices.find((one) => one === text);
  if (!status)
    throw invalidInput('the status is not known', [{ path: 'status', code: 'not_a_choice', params: { choices } }]);
  return [status];
}

function approvalWire(row: NamedApproval) {
  const { slot, memberId, name, designation, status, decidedAt, decidedBy, reason: said } = row;
  return { id: row.id, slot, memberId, name, designation, status, decidedAt, decidedBy, reason: said };
}

function listedWire(row: ApprovalPage['approvals'][number]) {
  const { batchId, batchName, createdAt } = row;
  return { ...approvalWire(row), batchId, batchName, createdAt };
}

function viewWire({ approval: row, batch, template, order, signatories, counts, hash: current }: ViewedApproval) {
  return {
    ...approvalWire(row),
    createdAt: row.createdAt,
    hash: current,
    order,
    counts,
    batch: batchWire(batch),
    template: { id: batch.templateId, versionId: batch.templateVersionId, name: template.name },
    signatories: signatories.map(approvalWire),
  };
}
