/** Turns what the framework and its plugins throw into our errors, so that every door speaks of all faults in its own way. */

import { ChanceryError, type ErrorCode } from '../errors.ts';

const byCode: Record<string, ErrorCode> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media',
  FST_INVALID_MULTIPART_CONTENT_TYPE: 'unsupported_media',
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_REQ_FILE_TOO_LARGE: 'payload_too_large',
  FST_FILES_LIMIT: 'invalid_input',
  FST_FIELDS_LIMIT: 'invalid_input',
  FST_PARTS_LIMIT: 'invalid_input',
};

/** An error with a 4xx number of its own is the caller's fault; everything else is ours and leaks nothing. */
export function normalizeError(error: unknown): ChanceryError {
  if (error instanceof ChanceryError) return error;
  const { code, statusCode, message } = error as { code?: string; statusCode?: number; message?: string };
  const known = code === undefined ? undefined : byCode[code];
  if (known) return new ChanceryError(known, message ?? known, { cause: error });
  if (statusCode === 404) return new ChanceryError('not_found', 'no such address', { cause: error });
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new ChanceryError('invalid_input', message ?? 'bad request', { cause: error });
  return new ChanceryError('internal', 'internal error', { cause: error });
}
