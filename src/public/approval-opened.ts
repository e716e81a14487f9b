/** A signatory's link, opened: who decides, what they see, and in which language. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import type { Field } from '../domain/field.ts';
import type { Actor } from '../domain/permissions.ts';
import { ChanceryError } from '../errors.ts';
import { findSample } from '../usecases/approvals/find-outliers.ts';
import { type ViewedApproval, viewApproval } from '../usecases/approvals/get-approval.ts';
import { openApprovalLink } from '../usecases/approvals/open-link.ts';
import { type Speech, speak } from './approval-language.ts';
import { renderApprovalPage } from './approval-page.ts';
import { type ApprovalView, longestReason, type Problem } from './approval-view.ts';
import { pageHeaders } from './security-headers.ts';

export interface OpenedApproval {
  actor: Actor;
  approvalId: string;
  batchId: string;
  view: ApprovalView;
  /** Of the template. */
  fields: readonly Field[];
  speech: Speech;
}

type Asked = FastifyRequest<{ Params: { token: string } }>;

export const pathOf = (token: string) => `/approve/${encodeURIComponent(token)}`;

export const speechFor = ({ headers }: FastifyRequest, language?: string): Speech =>
  speak(headers['accept-language'], language);

/** Throws as `openApprovalLink` does. */
export async function openApproval(app: App, request: Asked): Promise<OpenedApproval> {
  const { token } = request.params;
  const { actor, approvalId, expiresAt } = await openApprovalLink(app, token);
  const viewed = await viewApproval(app, actor, approvalId);
  const { batch, template } = viewed;
  return {
    actor,
    approvalId,
    batchId: batch.id,
    view: viewOf(viewed, pathOf(token), expiresAt),
    fields: template.fields,
    speech: speechFor(request, template.language),
  };
}

function viewOf(
  { approval, batch, template, organizationName, order, signatories, counts, hash }: ViewedApproval,
  path: string,
  expiresAt: Date,
): ApprovalView {
  return {
    path,
    batchName: batch.name,
    organizationName,
    templateName: template.name,
    signatoryName: approval.name,
    counts,
    createdAt: batch.createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    signatories: signatories.map(({ id, slot, name, designation, status, decidedAt }) => ({
      slot,
      name,
      designation,
      // A void one has been taken by another and is not among them.
      status: status === 'void' ? 'waiting' : status,
      decidedAt: decidedAt?.toISOString() ?? null,
      isReader: id === approval.id,
    })),
    sequential: order === 'sequential',
    hash,
    proportion: template.page.height / template.page.width,
  };
}

export async function showApproval(
  app: App,
  { actor, batchId, view, speech }: OpenedApproval,
  reply: FastifyReply,
  problem?: Problem,
): Promise<FastifyReply> {
  const found = await findSample(app, actor, batchId, `${view.hash} ${view.counts.accepted}`);
  return reply.headers(pageHeaders).send(renderApprovalPage(speech, { view, ...found, problem }));
}

/** What a signatory can do something about; everything else is thrown on. `reason` is what was typed. */
export function problemOf(error: unknown, { words, number }: Speech, reason?: string): Problem {
  if (!(error instanceof ChanceryError)) throw error;
  const { code, details, issues } = error;
  if (code === 'conflict' && 'hash' in details) return { sentence: words.changed, reason };
  if (code === 'conflict' && details.status === 'waiting') return { sentence: words.notYourTurn, reason };
  const issue = issues.find(({ path }) => path.endsWith('reason'));
  if (code !== 'invalid_input' || !issue) throw error;
  const said = {
    required: words.reasonMissing,
    too_long: words.reasonTooLong(number(longestReason)),
  } as Record<string, string>;
  return { sentence: said[issue.code] ?? words.reasonUnreadable, field: 'reason', reason };
}
