/** `/approve/{token}`: what a signatory sees and decides behind the link in their mail. Opening decides nothing; a form does, and then leads back here. */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import { ChanceryError } from '../errors.ts';
import { approveBatch } from '../usecases/approvals/approve.ts';
import { certificatesPerPage, listCertificates, viewCertificate } from '../usecases/approvals/list-certificates.ts';
import { type PreviewSize, previewItem } from '../usecases/approvals/preview-item.ts';
import { rejectBatch } from '../usecases/approvals/reject-batch.ts';
import { rejectItems } from '../usecases/approvals/reject-items.ts';
import { renderCertificatePage } from './approval-certificate-page.ts';
import { renderCertificatesPage } from './approval-certificates-page.ts';
import { answerFault } from './approval-faults.ts';
import { type OpenedApproval, openApproval, problemOf, showApproval } from './approval-opened.ts';
import type { Problem } from './approval-view.ts';
import { acceptForms, type FormFields } from './form-body.ts';
import { pageNumber } from './page-number.ts';
import { isFromOwnPage } from './same-site.ts';
import { documentHeaders, pageHeaders } from './security-headers.ts';

interface WithToken {
  Params: { token: string };
  Querystring: Record<string, unknown>;
  Body: FormFields | undefined;
}

interface WithItem extends WithToken {
  Params: { token: string; itemId: string };
}

/** `server` is a scope of its own: it takes forms and nothing else, and speaks the reader's language of every fault. */
export function registerApprovalRoutes(server: FastifyInstance, app: App): void {
  acceptForms(server);
  server.setErrorHandler((error, request, reply) => answerFault(app, error, request, reply));
  server.addHook('onRequest', async ({ method, headers }) => {
    if (method === 'POST' && !isFromOwnPage(headers, app.publicUrl))
      throw new ChanceryError('forbidden', 'the form comes from another site');
  });

  server.get<WithToken>('/approve/:token', async (request, reply) => {
    const opened = await openApproval(app, request);
    return showApproval(app, opened, reply);
  });
  server.post<WithToken>('/approve/:token/approve', (request, reply) =>
    decide(app, request, reply, async ({ actor, approvalId, speech }, { confirm, hash = '' }) => {
      if (confirm !== 'yes') return { sentence: speech.words.confirmMissing, field: 'confirm' };
      await approveBatch(app, actor, approvalId, hash);
      return undefined;
    }),
  );
  server.post<WithToken>('/approve/:token/reject', (request, reply) =>
    decide(app, request, reply, async ({ actor, approvalId }, { reason = '', hash = '' }) => {
      await rejectBatch(app, actor, approvalId, reason, hash);
      return undefined;
    }),
  );
  // Whoever asks again for the address their form was sent to is led to the page it came from.
  for (const step of ['approve', 'reject'])
    server.get<WithToken>(`/approve/:token/${step}`, async (request, reply) =>
      reply.redirect((await openApproval(app, request)).view.path, 303),
    );
  registerCertificates(server, app);
}

/** Runs a decision; what stands against it is shown on the page again, what was decided leads back to the link. */
async function decide(
  app: App,
  request: FastifyRequest<WithToken>,
  reply: FastifyReply,
  work: (opened: OpenedApproval, form: FormFields) => Promise<Problem | undefined>,
): Promise<FastifyReply> {
  const opened = await openApproval(app, request);
  const form = request.body ?? {};
  const problem = await work(opened, form).catch((error: unknown) => problemOf(error, opened.speech, form.reason));
  if (problem === undefined) return reply.redirect(opened.view.path, 303);
  // What is shown with the problem is what there is now.
  return showApproval(app, await openApproval(app, request), reply.code(problem.field ? 422 : 409), problem);
}

function registerCertificates(server: FastifyInstance, app: App): void {
  server.get<WithToken>('/approve/:token/certificates', async (request, reply) => {
    const { actor, view, speech, batchId } = await openApproval(app, request);
    const pages = Math.max(1, Math.ceil(view.counts.total / certificatesPerPage));
    const page = Math.min(pageNumber(request.query.page), pages);
    const cards = await listCertificates(app, actor, batchId, page);
    return reply.headers(pageHeaders).send(renderCertificatesPage(speech, { view, cards, page, pages }));
  });
  server.get<WithItem>('/approve/:token/certificates/:itemId', async (request, reply) => {
    const opened = await openApproval(app, request);
    const notice = request.query.done === 'rejected' ? opened.speech.words.justRejected : undefined;
    return showCertificate(app, opened, request, reply, { notice });
  });
  server.post<WithItem>('/approve/:token/certificates/:itemId/reject', async (request, reply) => {
    const opened = await openApproval(app, request);
    const { itemId } = request.params;
    const { reason = '' } = request.body ?? {};
    // Answers for an id of another batch as for one that nobody has.
    await viewCertificate(app, opened.actor, opened.batchId, itemId);
    const problem = await rejectItems(app, opened.actor, opened.approvalId, [{ itemId, reason }]).then(
      ({ left }) => (left > 0 ? undefined : 'none left'),
      (error: unknown) => problemOf(error, opened.speech, reason),
    );
    // With the last certificate the batch is gone, and the link says so.
    if (problem === 'none left') return reply.redirect(opened.view.path, 303);
    if (problem) return showCertificate(app, opened, request, reply.code(problem.field ? 422 : 409), { problem });
    return reply.redirect(`${opened.view.path}/certificates/${itemId}?done=rejected`, 303);
  });
  const sendPicture = (size: PreviewSize) => async (request: FastifyRequest<WithItem>, reply: FastifyReply) => {
    const { actor, batchId } = await openApproval(app, request);
    const png = await previewItem(app, actor, batchId, request.params.itemId, size);
    return reply.headers(documentHeaders).header('cache-control', 'private, max-age=600').type('image/png').send(png);
  };
  server.get<WithItem>('/approve/:token/certificates/:itemId/preview.png', sendPicture('preview'));
  server.get<WithItem>('/approve/:token/certificates/:itemId/thumbnail.png', sendPicture('thumbnail'));
}

async function showCertificate(
  app: App,
  { actor, view, speech, batchId, fields }: OpenedApproval,
  { params }: FastifyRequest<WithItem>,
  reply: FastifyReply,
  said: { problem?: Problem; notice?: string },
): Promise<FastifyReply> {
  const viewed = await viewCertificate(app, actor, batchId, params.itemId);
  const page = Math.floor(viewed.card.seq / certificatesPerPage) + 1;
  return reply.headers(pageHeaders).send(renderCertificatePage(speech, { ...viewed, view, fields, page, ...said }));
}
