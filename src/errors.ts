/** The one error class of the core and its closed table of codes; only a door turns a code into an HTTP number or a sentence. */

import type { Issue } from './domain/issue.ts';

/** Codes, each with whether the same call may succeed later without being changed. */
export const errorCodes = {
  invalid_input: { retryable: false },
  unauthenticated: { retryable: false },
  forbidden: { retryable: false },
  not_found: { retryable: false },
  conflict: { retryable: false },
  illegal_transition: { retryable: false },
  limit_exceeded: { retryable: true },
  too_many_requests: { retryable: true },
  unsupported_media: { retryable: false },
  payload_too_large: { retryable: false },
  upstream_failed: { retryable: true },
  not_ready: { retryable: true },
  internal: { retryable: true },
} as const;

export type ErrorCode = keyof typeof errorCodes;

export interface ErrorDetail {
  /** What is wrong with the request or the row, for `invalid_input`. */
  issues?: Issue[];
  /** Facts a door may show: a limit, an id, a permission's name. Never secrets. */
  details?: Record<string, unknown>;
  cause?: unknown;
}

export class ChanceryError extends Error {
  readonly code: ErrorCode;
  readonly issues: Issue[];
  readonly details: Record<string, unknown>;

  constructor(code: ErrorCode, message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'ChanceryError';
    this.code = code;
    this.issues = detail.issues ?? [];
    this.details = detail.details ?? {};
  }

  get retryable(): boolean {
    return errorCodes[this.code].retryable;
  }
}

/** Whether a system call failed because a disk, or somebody's share of one, is full. */
export function isDiskFull(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** Refuses a request because of what it says. */
export function invalidInput(message: string, issues: Issue[] = [], details: Record<string, unknown> = {}) {
  return new ChanceryError('invalid_input', message, { issues, details });
}

/** Answers alike for what does not exist and for what belongs to someone else. */
export function notFound(noun: string, id: string) {
  return new ChanceryError('not_found', `no such ${noun}`, { details: { noun, id } });
}
