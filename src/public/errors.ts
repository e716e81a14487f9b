/** HTTP numbers of the public pages; every page that tells of a fault says the same, so that nothing leaks. */

import type { ErrorCode } from '../errors.ts';

export const pageStatus: Record<ErrorCode, number> = {
  invalid_input: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  illegal_transition: 409,
  limit_exceeded: 429,
  too_many_requests: 429,
  unsupported_media: 415,
  payload_too_large: 413,
  upstream_failed: 502,
  not_ready: 503,
  internal: 500,
};
