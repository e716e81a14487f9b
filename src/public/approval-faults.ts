/** What the signatory's pages answer when a link opens nothing or a form cannot be read: in the reader's language, with what to do. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import type { ChanceryError } from '../errors.ts';
import { normalizeError } from '../http/normalize-error.ts';
import { readReceipt } from '../usecases/approvals/read-receipt.ts';
import { renderApprovalFaultPage, renderClosedLinkPage, renderReceiptPage } from './approval-link-page.ts';
import { pathOf, speechFor } from './approval-opened.ts';
import { pageStatus } from './errors.ts';
import { pageHeaders } from './security-headers.ts';

/** Faults of ours are thrown on to the handler of all pages. */
export async function answerFault(
  app: App,
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const error = normalizeError(thrown);
  const { token } = request.params as { token: string };
  if (concernsLink(error)) return answerClosedLink(app, token, request, reply);
  const status = pageStatus[error.code];
  if (status >= 500) throw error;
  const page = renderApprovalFaultPage(speechFor(request), pathOf(token), error.code === 'not_found');
  return reply.code(status).headers(pageHeaders).send(page);
}

/** Whether it is the link that does not lead on, or what it led to that was decided meanwhile. */
function concernsLink({ code, details }: ChanceryError): boolean {
  return code === 'conflict' || (code === 'not_found' && details.noun === 'approval link') || details.archived === true;
}

async function answerClosedLink(
  app: App,
  token: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const closed = await readReceipt(app, token);
  // After a form the reader is led to the page that says what came of it, which can be loaded again without asking.
  if (request.method === 'POST' && closed.kind !== 'unknown') return reply.redirect(pathOf(token), 303);
  const speech = speechFor(request, closed.language);
  reply.headers(pageHeaders);
  if (closed.kind === 'decided') return reply.send(renderReceiptPage(speech, closed.receipt));
  return reply.code(closed.kind === 'unknown' ? 404 : 410).send(renderClosedLinkPage(speech, closed.kind));
}
