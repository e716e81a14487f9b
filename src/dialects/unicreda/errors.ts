/** Errors as UniCreda's clients read them: one text under both keys they may look for, with the HTTP number that fits. */

import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../../app.ts';
import type { IssueCode } from '../../domain/issue.ts';
import type { ChanceryError, ErrorCode } from '../../errors.ts';
import { logPrivate, normalizeError } from '../../http/normalize-error.ts';
import type { ConnectionFault } from '../../http/refuse-connection.ts';
import { languageOf } from './language.ts';
import { connectionSentence, errorSentence } from './sentences.ts';
import { faultBody } from './wire.ts';

export const unicredaStatus: Record<ErrorCode, number> = {
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

export function presentError(app: App, thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = normalizeError(thrown);
  logPrivate(app, request, error);
  if (error.code === 'not_ready') reply.header('retry-after', '2');
  const text = errorSentence(error, languageOf(request.headers));
  return reply.code(statusOf(error)).send(faultBody(text, factsOf(error)));
}

/** Where HTTP itself went wrong under a request to this door. */
export function connectionFaultBody(status: ConnectionFault, headers: IncomingHttpHeaders): object {
  return faultBody(connectionSentence(status, languageOf(headers)));
}

/** A body that is no JSON cannot be read at all; one that says something impossible can. A template that there is not is as an address that there is not. */
function statusOf(error: ChanceryError): number {
  if (error.code !== 'invalid_input') return unicredaStatus[error.code];
  const says = (wanted: IssueCode) => error.issues.some(({ code }) => code === wanted);
  if (says('malformed_json') || isFrameworks(error)) return 400;
  return says('no_such_template') ? 404 : unicredaStatus.invalid_input;
}

/** The framework's own refusals: JSON that is none, a length that is no number. */
function isFrameworks({ cause }: ChanceryError): boolean {
  return String((cause as { code?: unknown } | undefined)?.code).startsWith('FST_');
}

/** What a program may want to read. */
function factsOf({ code, details }: ChanceryError): Record<string, unknown> {
  switch (code) {
    case 'limit_exceeded':
      return { needed: details.needed, available: details.available };
    case 'forbidden':
      return { required_permission: details.permission };
    default:
      return {};
  }
}
