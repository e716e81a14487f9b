/** Errors as Click2Mail's clients read them: `<status>9</status>` and a description under the root of the resource, with the HTTP number that fits. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../../app.ts';
import type { ChanceryError, ErrorCode } from '../../errors.ts';
import { logPrivate, normalizeError } from '../../http/normalize-error.ts';
import type { ConnectionFault } from '../../http/refuse-connection.ts';
import { connectionSentence, errorSentence } from './sentences.ts';
import { sendXml, statusElement } from './wire.ts';
import { writeXml } from './xml-writer.ts';

export const click2mailStatus: Record<ErrorCode, number> = {
  invalid_input: 400,
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

/** `root` is the element the call would answer with; `error` where there is none. */
export function presentError(
  app: App,
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  root = 'error',
): FastifyReply {
  const error = normalizeError(thrown);
  logPrivate(app, request, error);
  if (error.code === 'not_ready') reply.header('retry-after', '2');
  return sendXml(reply, statusOf(error), statusElement(root, 9, errorSentence(error)));
}

function statusOf({ code, issues }: ChanceryError): number {
  const tooLarge = code === 'invalid_input' && issues.some((issue) => issue.code === 'too_many_rows');
  return tooLarge ? click2mailStatus.payload_too_large : click2mailStatus[code];
}

/** Where HTTP itself went wrong under a request to this door. */
export function connectionFaultXml(status: ConnectionFault): string {
  return writeXml(statusElement('error', 9, connectionSentence(status)));
}
