/** One call as an OpenAPI document describes it. */

import type { z } from 'zod';

export interface Operation {
  method: 'get' | 'post';
  /** With `{name}` for what the address names. */
  path: string;
  operationId: string;
  tag: string;
  summary: string;
  permission: string;
  /** Properties are query parameters. */
  query?: z.ZodObject;
  /** By media type. Files are strings with `contentMediaType`. */
  body?: Record<string, z.ZodType>;
  success: { status: number; description: string; type?: string; schema?: z.ZodType };
  /** What is answered with 200 where nothing is to be stored. */
  rehearsal?: z.ZodType;
  /** Beside 401, 403, 429, 500 and 503, which every call may answer. */
  errors?: number[];
  /** Answers of its own shape, by number. */
  otherErrors?: Record<number, z.ZodType>;
  /** Whether it takes an Idempotency-Key; default: every `post`. */
  isKeyed?: boolean;
}
