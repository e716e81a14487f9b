/** Errors of our own API: RFC 9457 problem+json with our code and the issues in words. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import { describeIssue } from '../domain/issue.ts';
import type { ErrorCode } from '../errors.ts';
import { isPrivate, logPrivate, normalizeError, shownMessage } from '../http/normalize-error.ts';

export const problemStatus: Record<ErrorCode, number> = {
  invalid_input: 422,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  illegal_transition: 409,
  limit_exceeded: 402,
  too_many_requests: 429,
  unsupported_media: 415,
  payload_too_large: 413,
  upstream_failed: 502,
  not_ready: 503,
  internal: 500,
};

export function sendProblem(app: App, thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = normalizeError(thrown);
  logPrivate(app, request, error);
  if (error.code === 'not_ready') reply.header('retry-after', '2');
  const { retryAfter } = error.details;
  if (typeof retryAfter === 'number') reply.header('retry-after', retryAfter);
  const status = problemStatus[error.code];
  const issues = error.issues.map((issue) => ({ ...issue, sentence: describeIssue(issue) }));
  const details = isPrivate(error) ? {} : error.details;
  const problem = {
    type: 'about:blank',
    status,
    title: shownMessage(error),
    code: error.code,
    requestId: request.id,
    ...(issues.length > 0 && { issues }),
    ...(Object.keys(details).length > 0 && { details }),
  };
  return reply.code(status).type('application/problem+json').send(JSON.stringify(problem));
}
