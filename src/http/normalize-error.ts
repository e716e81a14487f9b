/** Turns what the framework and its plugins throw into our errors, so that every door speaks of all faults in its own way. */

import type { FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import { ChanceryError, type ErrorCode, isDiskFull } from '../errors.ts';

const byCode: Record<string, ErrorCode> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media',
  FST_INVALID_MULTIPART_CONTENT_TYPE: 'unsupported_media',
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_REQ_FILE_TOO_LARGE: 'payload_too_large',
  FST_FILES_LIMIT: 'invalid_input',
  FST_FIELDS_LIMIT: 'invalid_input',
  FST_PARTS_LIMIT: 'invalid_input',
};

/** What the framework refuses with a 4xx number of its own is the caller's fault; everything else is ours and leaks nothing. */
export function normalizeError(error: unknown): ChanceryError {
  if (error instanceof ChanceryError) return error;
  if (isDiskFull(error)) return new ChanceryError('not_ready', 'the disk is full', { cause: error });
  const thrown = (error ?? {}) as { code?: unknown; statusCode?: number; message?: string };
  const { statusCode, message } = thrown;
  const code = typeof thrown.code === 'string' ? thrown.code : undefined;
  const known = code === undefined ? undefined : byCode[code];
  if (known) return new ChanceryError(known, message ?? known, { cause: error });
  // Clients of stores and mail servers give their errors numbers too.
  const isFrameworks = code?.startsWith('FST_') === true;
  if (isFrameworks && statusCode === 404) return new ChanceryError('not_found', 'no such address', { cause: error });
  if (isFrameworks && statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new ChanceryError('invalid_input', message ?? 'bad request', { cause: error });
  return new ChanceryError('internal', 'internal error', { cause: error });
}

/** Whether what the error says of itself is for the log: names of hosts, folders and objects, or of mistakes of ours. */
export function isPrivate({ code, cause }: ChanceryError): boolean {
  return code === 'internal' || ((code === 'not_ready' || code === 'upstream_failed') && cause !== undefined);
}

/** What a caller may read. */
export function shownMessage(error: ChanceryError): string {
  if (!isPrivate(error)) return error.message;
  return error.code === 'internal' ? 'internal error' : 'not available at the moment; try again';
}

/** Tells the operator what the caller is not told. */
export function logPrivate({ log }: App, request: FastifyRequest, error: ChanceryError): void {
  if (!isPrivate(error)) return;
  const { details } = error;
  const facts = { request: request.id, route: request.routeOptions.url, details };
  if (error.code === 'internal')
    log.error({ ...facts, error: String((error.cause as Error | undefined)?.stack ?? error.stack) }, 'internal error');
  else log.warn({ ...facts, error: error.message, cause: String(error.cause) }, 'not available');
}
